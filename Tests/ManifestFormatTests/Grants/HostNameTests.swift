import Testing

@testable import ManifestFormat

@Suite struct HostNameTests {
  @Test(arguments: [
    ("github.com", "github.com"), ("GitHub.COM", "github.com"), ("github.com.", "github.com"),
    ("localhost", "localhost"),
    ("a", "a"), ("1password.com", "1password.com"), ("4.example", "4.example"),
    ("r3---sn-x.example.org", "r3---sn-x.example.org"),
    ("0xg", "0xg"), ("1e100.net", "1e100.net"), ("a.b.c.d.e.f", "a.b.c.d.e.f"),
    ("bücher.example", "xn--bcher-kva.example"), ("BÜCHER.Example", "xn--bcher-kva.example"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
    ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f"), ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
    ("日本語.jp", "xn--wgv71a119e.jp"), ("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"),
    ("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"), ("उदाहरण.परीक्षा", "xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g"),
    ("실례.테스트", "xn--9n2bp8q.xn--9t4b11yi5a"), ("abc日本.jp", "xn--abc-v08fl0d.jp"), ("ünïcödé", "xn--ncd-dma1a7bzb"),
    ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"), ("москва.рф", "xn--80adxhks.xn--p1ai"), ("ไทย", "xn--o3cw4h"),
    ("বাংলা", "xn--54b7fta0cc"), (String(repeating: "a", count: 63) + ".b", String(repeating: "a", count: 63) + ".b"),
  ])
  func `a name is brought into its one form`(text: String, canonical: String) throws {
    let name = try HostName(text)
    #expect(name.description == canonical)
    #expect(try HostName(canonical) == name)
  }

  @Test(arguments: [
    ("", HostName.Problem.empty), (".", .emptyLabel), ("github.com..", .emptyLabel), (".github.com", .emptyLabel),
    ("github..com", .emptyLabel), ("xn--.com", .hyphenAtEdge), ("xn--github-.com", .hyphenAtEdge),
    ("-a.com", .hyphenAtEdge), ("a-.com", .hyphenAtEdge), ("a_b.com", .badCharacter("_")),
    ("_dns.com", .badCharacter("_")), ("a b.com", .badCharacter(" ")), ("a\u{0}.com", .badCharacter("\u{0}")),
    ("a\n.com", .badCharacter("\n")), ("*.com", .badCharacter("*")), ("a%2e.com", .badCharacter("%")),
    ("github.com/x", .badCharacter("/")), ("1.2.3.4", .lastLabelIsNumber), ("1.2.3.4.5", .lastLabelIsNumber),
    ("0x7f.1", .lastLabelIsNumber), ("127.1", .lastLabelIsNumber), ("2130706433", .lastLabelIsNumber),
    ("0177.0.0.1", .lastLabelIsNumber), ("0x7f000001", .lastLabelIsNumber), ("0X7F.0X1", .lastLabelIsNumber),
    ("127.0.0.1.", .lastLabelIsNumber), ("a.0x", .lastLabelIsNumber), ("example.7", .lastLabelIsNumber),
    ("github\u{3002}com", .dotLookAlike("\u{3002}")), ("github\u{FF0E}com", .dotLookAlike("\u{FF0E}")),
    ("github\u{FF61}com", .dotLookAlike("\u{FF61}")), (String(repeating: "a", count: 64) + ".b", .labelTooLong),
    (String(repeating: "a.", count: 127) + "b", .tooLong), (String(repeating: "é", count: 63), .labelTooLong),
    (String(repeating: "a", count: 5000), .tooLong),
  ])
  func `what is no name is refused`(text: String, problem: HostName.Problem) {
    #expect(throws: problem) { try HostName(text) }
  }

  @Test(arguments: [
    ("straße.de", LabelProblem.ambiguous("ß")), ("STRAẞE.de", .ambiguous("ẞ")), ("xn--strae-oqa.de", .ambiguous("ß")),
    ("λόγος.gr", .ambiguous("ς")), ("a\u{200D}é.com", .ambiguous("\u{200D}")),
    ("é\u{200C}a.com", .ambiguous("\u{200C}")),
    ("gith\u{AD}ub.com", .ambiguous("\u{AD}")), ("git\u{200B}hub.com", .ambiguous("\u{200B}")),
    ("ｇithub.com", .ambiguous("ｇ")), ("Ｇithub.com", .ambiguous("ｇ")), ("github\u{212A}.com", .ambiguous("\u{212A}")),
    ("\u{2126}.com", .ambiguous("\u{2126}")), ("ﬁ.com", .ambiguous("ﬁ")), ("①.com", .ambiguous("①")),
    ("१२७.com", .noLetter), ("１２７.com", .ambiguous("１")), ("𝟏.com", .ambiguous("𝟏")), ("İ.com", .ambiguous("İ")),
    ("☃.com", .notLetter("☃")), ("a‐é.com", .notLetter("‐")), ("a⁄é.com", .notLetter("⁄")), ("😀.com", .notLetter("😀")),
    ("l·l.cat", .notLetter("·")), ("ǃgit.com", .unknownScript("ǃ")), ("ɡithub.com", .unknownScript("ɡ")),
    ("e\u{301}.com", .notComposed), ("\u{301}é.com", .notComposed),
    ("\u{93F}क.com", .startsWithMark("\u{93F}")), ("\u{995}\u{9C7}\u{9BE}.com", .notComposed),
    ("\u{928}\u{93C}.com", .notComposed), ("-é.com", .hyphen), ("é-.com", .hyphen), ("xn--é.com", .hyphen),
    ("ab--é.com", .hyphen), ("gіthub.com", .mixedScripts), ("githυb.com", .mixedScripts), ("аpple.com", .mixedScripts),
    ("क১.com", .mixedScripts), ("क१1.com", .mixedDigits), ("1א.com", .digitFirst),
    ("аррӏе.com", .looksLatin(encoded: "xn--80ak6aa92e")), ("ορο.com", .looksLatin(encoded: "xn--0xaaf")),

    ("xn--99999999.com", .notEncoded), ("xn--a-ecp.ru", .ambiguous("⒈")), ("xn--abc.com", .notLetter("\u{82}")),
    ("xn--gthub-2of.com", .mixedScripts),
  ])
  func `letters beyond ASCII are taken only where they mean one thing`(text: String, problem: LabelProblem) {
    #expect(throws: HostName.Problem.label(problem)) { try HostName(text) }
  }

  @Test(arguments: [
    ("api.github.com", "github.com", true, true), ("github.com", "github.com", false, true),
    ("a.b.github.com", "github.com", false, true), ("evilgithub.com", "github.com", false, false),
    ("x.evilgithub.com", "github.com", false, false), ("github.com.evil", "github.com", false, false),
    ("com", "github.com", false, false), ("API.GitHub.com.", "GITHUB.com", true, true),
  ])
  func `names are compared by whole labels`(name: String, parent: String, isChild: Bool, isInside: Bool) throws {
    #expect(try HostName(name).isChild(of: HostName(parent)) == isChild)
    #expect(try HostName(name).isInside(HostName(parent)) == isInside)
  }

  @Test func `every refusal has a reason and a hint`() {
    let texts = [
      "", "a..b", "-a", "a_b", "1.2", "a\u{3002}b", "ß", "☃", "ɡ", "xn--a", "gі", "\u{7}",
      String(repeating: "a", count: 64),
    ]
    for text in texts {
      do {
        Issue.record("\(try HostName(text)) is a name")
      } catch {
        #expect(!error.explanation.isEmpty && !error.hint.isEmpty)
        #expect(error.explanation.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "nothing steers the terminal")
      }
    }
  }
}
