import Testing

@testable import FieldHeads

@Suite struct DateTextTests {
  @Test(arguments: [
    ("2023-11-06", "2023-11-06"), ("2018-04-05T06:00:00Z", "2018-04-05"),
    ("Posted on June 5, 2012 by Ann", "2012-06-05"),
    ("12 March 2019", "2019-03-12"), ("3. März 2021", "2021-03-03"), ("2024年3月9日", "2024-03-09"),
    ("le 1er août 2020", "2020-08-01"), ("23.09.2022", "2022-09-23"), ("25/12/2020", "2020-12-25"),
    ("07.15.2025", "2025-07-15"),
  ])
  func readsDays(_ text: String, _ iso: String) { #expect(DateText.day(in: text) == iso) }

  @Test(arguments: [
    "03/04/2012", "12 apples", "", "2012 to 2014", "June 5, 2012 and June 7, 2012", "99999999999999999999",
  ])
  func staysSilentWhereUnsure(_ text: String) { #expect(DateText.day(in: text) == nil) }

  @Test func placesTheDay() {
    let text = Array("Updated: 12 March 2019, 10:00".utf8)
    let found = DateText.days(in: text)
    #expect(found.count == 1)
    #expect(found.first.map { String(decoding: text[$0.range], as: UTF8.self) } == "12 March 2019")
  }
}

@Suite struct ValueTextTests {
  @Test func decodesAndKeepsPlaces() {
    let page = Array("x Caf&eacute;  <b>Noir</b>&nbsp;!".utf8)
    let start = 2
    let text = ValueText(page, [start..<15, 18..<22, 26..<33])
    #expect(text.string == "Café Noir !")
    let range = text.utf8.count - 6..<text.utf8.count - 2
    #expect(text.text(of: range) == "Noir")
    #expect(String(decoding: page[text.source(of: range)], as: UTF8.self) == "Noir")
  }
}

@Suite struct DayEchoesTests {
  @Test func tellsFirstAndLastDayAndHowOften() {
    let texts = ["June 5, 2012", "2012-06-05", "7 June 2012", "Ann", "no day in 12"].map {
      ValueText(Array($0.utf8), [0..<$0.utf8.count])
    }
    let days = DayEchoes(texts)
    #expect(days.numbers(0) == days.numbers(1))
    #expect(days.numbers(0)[0] == 1 && days.numbers(0)[2...] == [1, 0])
    #expect(days.numbers(2)[2...] == [0, 1])
    #expect(days.numbers(0)[1] > days.numbers(2)[1])
    #expect(days.numbers(3) == [0, 0, 0, 0])
    #expect(days.numbers(4) == [0, 0, 0, 0])
  }
}
