#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The characters of an encoding's two-byte codes, got from the C library's `iconv` once: the East Asian tables are too
/// large to carry, and every platform has them.
struct DoubleByteTable: Sendable {
  private let codePoints: [UInt32]
  private let leads: ClosedRange<UInt8>
  private let trails: ClosedRange<UInt8>

  /// The code point of a code, or nil when it has none.
  @inline(__always)
  func codePoint(_ lead: UInt8, _ trail: UInt8) -> UInt32? {
    guard leads.contains(lead), trails.contains(trail) else { return nil }
    let row = Int(lead - leads.lowerBound) * trails.count
    let found = codePoints[row + Int(trail - trails.lowerBound)]
    return found == 0 ? nil : found
  }

  /// - Parameters:
  ///   - names: what C libraries call the encoding, the best first.
  ///   - prefix: bytes before the code (0x8F for the second plane of EUC-JP).
  ///   - differences: where the WHATWG index says something else.
  /// - Returns: nil when the C library has none of `names`.
  init?(
    names: [String], prefix: [UInt8] = [], leads: ClosedRange<UInt8>, trails: ClosedRange<UInt8>,
    differences: [UInt16: UInt32] = [:]
  ) {
    guard let converter = names.lazy.compactMap(IconvConverter.init).first else { return nil }
    self.leads = leads
    self.trails = trails
    var codePoints: [UInt32] = []
    codePoints.reserveCapacity(leads.count * trails.count)
    for lead in leads {
      for trail in trails {
        let code = UInt16(lead) << 8 | UInt16(trail)
        let found = differences[code] ?? converter.codePoint(of: prefix + [lead, trail])
        codePoints.append(found ?? 0)
      }
    }
    self.codePoints = codePoints
  }

  static let gb18030 = DoubleByteTable(
    names: ["GB18030"], leads: 0x81...0xFE, trails: 0x40...0xFE, differences: [0xA3A0: 0x3000])
  static let eucKR = DoubleByteTable(
    names: ["CP949", "UHC", "EUC-KR"], leads: 0x81...0xFE, trails: 0x41...0xFE)
  static let shiftJIS = DoubleByteTable(
    names: ["CP932", "WINDOWS-31J", "SHIFT_JIS"], leads: 0x81...0xFC, trails: 0x40...0xFC)
  static let jis0212 = DoubleByteTable(names: ["EUC-JP"], prefix: [0x8F], leads: 0xA1...0xFE, trails: 0xA1...0xFE)
  static let big5 = DoubleByteTable(
    names: ["BIG5-HKSCS", "BIG5HKSCS", "BIG5"], leads: 0x81...0xFE, trails: 0x40...0xFE, differences: big5Differences)

  /// Where the Big5 index of WHATWG has more, or something else, than BIG5-HKSCS has: code and code point.
  private static let big5Differences: [UInt16: UInt32] = {
    let text = """
      8E69 7BB8 8E6F 7C06 8E7E 7CCE 8EAB 7DD2 8EB4 7E1D 8ECD 8005 8ED0 8028 8F57 83C1 8F69 84A8 8F6E 840F 8FCB 89A6
      8FCC 89A9 8FFE 8D77 906D 90FD 907A 92B9 90DC 975C 90F1 97FF 91BF 9F16 9244 8503 92AF 5159 92B0 515B 92B1 515D
      92B2 515E 92C8 936E 92D1 7479 9447 6D67 94CA 799B 95D9 9097 9644 975D 96ED 701E 96FC 5B28 9B76 7201 9B78 77D7
      9B7B 7E87 9BC6 99D6 9BDE 91D4 9BEC 60DE 9BF6 6FB6 9C42 8F36 9C53 4FBB 9C62 71DF 9C68 9104 9C6B 9DF0 9C77 83CF
      9CBC 5C10 9CBD 79E3 9CD0 5A67 9D57 8F0B 9D5A 7B51 9DC4 62D0 9EA9 6062 9EEF 75F9 9EFD 6C4A 9F60 9B2E 9F66 9F17
      9FCB 50ED 9FD8 5F0C A063 880F A077 62CE A0D5 7468 A0DF 7162 A0E4 7250 A145 2027 A14E FE51 A15A 2574 A1C2 AF
      A1C3 FFE3 A1C5 2CD A1E3 FF5E A1F2 2295 A1F3 2299 A1FE FF0F A240 FF3C A241 2215 A242 FE68 A244 FFE5 A246 FFE0
      A247 FFE1 A2CC 5341 A2CE 5345 A3C0 2400 A3C1 2401 A3C2 2402 A3C3 2403 A3C4 2404 A3C5 2405 A3C6 2406 A3C7 2407
      A3C8 2408 A3C9 2409 A3CA 240A A3CB 240B A3CC 240C A3CD 240D A3CE 240E A3CF 240F A3D0 2410 A3D1 2411 A3D2 2412
      A3D3 2413 A3D4 2414 A3D5 2415 A3D6 2416 A3D7 2417 A3D8 2418 A3D9 2419 A3DA 241A A3DB 241B A3DC 241C A3DD 241D
      A3DE 241E A3DF 241F A3E0 2421 A3E1 20AC C6CF 5EF4 C6D3 65E0 C6D5 7676 C6D7 96B6 C6DE 3003 C6DF 4EDD FA5F 5029
      FA66 507D FABD 5305 FAC5 5344 FAD5 537F FB48 5605 FBB8 5A77 FBF3 5E75 FBF9 5ED0 FC4F 5F58 FC6C 60A4 FCB9 6490
      FCE2 6674 FCF1 675E FDB7 6C9C FDB8 6E1D FDBB 6E2F FDF1 716E FE52 732A FE6F 745C FEAA 74E9 FEDD 7809
      """
    let numbers = text.split { $0 == " " || $0 == "\n" }.compactMap { UInt32($0, radix: 16) }
    var differences: [UInt16: UInt32] = [:]
    for index in stride(from: 0, to: numbers.count - 1, by: 2) {
      differences[UInt16(truncatingIfNeeded: numbers[index])] = numbers[index + 1]
    }
    return differences
  }()

  /// GB 18030's four-byte codes for the Basic Multilingual Plane, by pointer (WHATWG Encoding, section 10.2).
  static let gb18030Ranges: [UInt32] = {
    guard let converter = IconvConverter(name: "GB18030") else { return [] }
    return (0..<39420).map { pointer in
      let code = [0x81 + pointer / 12600, 0x30 + pointer / 1260 % 10, 0x81 + pointer / 10 % 126, 0x30 + pointer % 10]
      return converter.codePoint(of: code.map { UInt8($0) }) ?? 0
    }
  }()
}

/// One `iconv` conversion to code points.
@safe
final class IconvConverter {
  private let descriptor: iconv_t

  /// Nil when the C library does not know the encoding.
  init?(name: String) {
    guard let descriptor = unsafe iconv_open("UTF-32LE", name) else { return nil }
    // (iconv_t)-1 says that it failed.
    if Int(bitPattern: descriptor) == -1 { return nil }
    unsafe self.descriptor = descriptor
  }

  deinit { _ = unsafe iconv_close(descriptor) }

  /// The one code point that `code` stands for, or nil.
  func codePoint(of code: [UInt8]) -> UInt32? {
    var input = code.map { CChar(bitPattern: $0) }
    var output: (UInt32, UInt32) = (0, 0)
    return unsafe input.withUnsafeMutableBufferPointer { source in
      unsafe withUnsafeMutableBytes(of: &output) { target in
        var from = source.baseAddress
        var fromCount = source.count
        var to = unsafe target.baseAddress?.assumingMemoryBound(to: CChar.self)
        var toCount = target.count
        _ = unsafe iconv(descriptor, nil, nil, nil, nil)
        let status = unsafe iconv(descriptor, &from, &fromCount, &to, &toCount)
        guard status != Int.max.magnitude * 2 + 1, fromCount == 0 else { return nil }
        // Some converters hold a character back until they know that nothing combines with it.
        _ = unsafe iconv(descriptor, nil, nil, &to, &toCount)
        guard toCount == 4 else { return nil }
        return unsafe UInt32(littleEndian: target.load(as: UInt32.self))
      }
    }
  }
}
