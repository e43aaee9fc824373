import Testing

@testable import ByteModel

@Suite struct ModelFileTests {
  private func encoded() -> [UInt8] {
    ModelFile.encode(.random(.small), notes: [("name", "test"), ("remark", "two words\nand a line")])
  }

  @Test func givesTheModelBack() throws {
    let before = Parameters.random(.small)
    let (after, information) = try ModelFile.decode(encoded(), file: "test.model")
    #expect(after.shape == before.shape)
    for (a, b) in zip(before.tensors, after.tensors) {
      let rounded = a.values.values.map { Float(bitPattern: UInt32(ModelFile.roundToBFloat16($0)) << 16) }
      #expect(firstDifference(rounded, b.values.values) == nil)
    }
    #expect(information.notes.map(\.key) == ["name", "remark"])
    #expect(information.notes.map(\.value) == ["test", "two words and a line"])
    #expect(information.digest.count == 64)
    // Written again, the file is the same: rounding happens once.
    #expect(firstDifference(ModelFile.encode(after, notes: information.notes), encoded()) == nil)
  }

  @Test func notesOfAnyKindCanBeReadAgain() throws {
    let notes = [
      ("two words", "a\r\nb\u{2028}c\u{0}d"), ("", "nameless"), ("empty", ""), (" \n", " "),
      ("long", String(repeating: "ü", count: 2000)), (String(repeating: "k", count: 3000), "value"),
    ]
    let file = ModelFile.encode(Parameters(shape: .small), notes: notes)
    let (_, information) = try ModelFile.decode(file, file: "test.model")
    #expect(information.notes.map { $0.key.prefix(4) } == ["two-", "note", "empt", "note", "long", "kkkk"])
    #expect(information.notes[0].value == "a b c d")
    #expect(information.notes[4].value.utf8.count > 900 && information.notes[4].value.allSatisfy { $0 == "ü" })
  }

  /// A network that looks at no byte but the current one still has to know where patches end.
  @Test func theLastByteIsAlwaysKept() throws {
    var shape = ModelShape.small
    shape.byteTaps = 1
    shape.tagReach = 0
    shape.patchMinimum = 1
    #expect(shape.complaint == nil)
    let saved = NetworkState(shape).snapshot
    #expect(saved.bytes.count == 1)
    let restored = NetworkState(shape, bytes: Array("x".utf8), floats: saved.floats, halves: saved.halves)
    var rule = try #require(restored).patchRule
    let ends = rule.endsPatch(UInt8(ascii: "."))
    #expect(ends)
  }

  @Test func damageIsNoticed() {
    let bytes = encoded()
    func reason(_ bytes: [UInt8]) -> String {
      do throws(ModelFileError) {
        _ = try ModelFile.decode(bytes, file: "test.model")
        return ""
      } catch { return error.description }
    }
    #expect(reason(bytes).isEmpty)
    #expect(reason([]).contains("no model"))
    #expect(reason(Array("<html>".utf8)).contains("no model"))
    for length in [14, 17, 100, bytes.count / 2, bytes.count - 1] {
      #expect(reason(Array(bytes[..<length])).hasPrefix("test.model: "), "cut at \(length)")
    }
    #expect(reason(bytes + [0]).contains("long"))
    // One bit anywhere: in the header, the values, the digest.
    for position in [20, 40, 70, 500, bytes.count / 2, bytes.count - 80, bytes.count - 40] {
      var changed = bytes
      changed[position] ^= 1
      #expect(reason(changed).hasPrefix("test.model: "), "byte \(position)")
    }
    var version = bytes
    version[15] = UInt8(ascii: "9")
    #expect(reason(version).contains("version 9"))
  }

  /// FIPS 180-4 examples.
  @Test func digests() {
    #expect(
      SHA256.hexDigest(Array("abc".utf8)[...]) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(SHA256.hexDigest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    let long = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
    #expect(SHA256.hexDigest(long[...]) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  }
}
