public import Inputs
public import PageTags
import Pages
import TeachingData

/// What a page's gold made of its labels.
public struct GoldAlignment: Sendable {
  /// The labels can be learned from: somebody marked the page, and what they marked is on it.
  public var isTrusted = false
  /// F1 of the labels' words against the gold's; nil without gold, and where the gold is snippets.
  public var labelF1: Double?

  public init() {}
}

extension CorpusPage {
  /// The page in UTF-8: as the line has it, or decoded from the bytes served; empty where there is none.
  public var utf8: [UInt8] {
    if let page = html ?? json { return page }
    guard let servedHTML, let decoded = try? CharsetDecoder.decode(servedHTML) else { return [] }
    return decoded.utf8
  }

  /// Sets the content of the visible text in `tags` by the gold of this line: `.main` and `.aside`, or `.unjudged` where nobody
  /// marked the page or the gold is of another one.
  ///
  /// - Parameter utf8: the page, one record of `tags` a byte.
  public func align(in utf8: [UInt8], tags: inout [ByteTags]) -> GoldAlignment {
    var result = GoldAlignment()
    switch trustedGold {
    case nil: return result
    case .snippets(let have, let haveNot):
      GoldAligner.align(mustHave: have, mustNotHave: haveNot, in: utf8, tags: &tags)
      result.isTrusted = true
    case .text(let text):
      let f1 = GoldAligner.align(mainText: text, in: utf8, tags: &tags)
      result.labelF1 = f1
      result.isTrusted = f1 > (text.isEmpty ? -1 : 0.6)
    }
    if !result.isTrusted {
      for index in tags.indices where tags[index].content != .markup { tags[index].content = .unjudged }
    }
    return result
  }
}
