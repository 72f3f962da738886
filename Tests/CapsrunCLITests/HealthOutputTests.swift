import Diagnostics
import Sandbox
import Testing

@testable import CapsrunCLI

@Suite struct HealthOutputTests {
  private let report = HealthReport(
    checks: [
      HealthCheck(.kernel, .ok("Linux 6.12")), HealthCheck(.clone3, .missing("refused", fix: "allow \"it\"")),
      HealthCheck(.container, .unknown("in \u{F6}\u{1B}")),
    ], tier: .reduced, reservations: ["reduced for x"])

  @Test func `health is lines in columns, with a hint below what can be mended`() {
    #expect(
      report.text(isASCII: true) == """
        ok        kernel        Linux 6.12
        missing   clone3        refused
                  needed for: making the processes of a sandbox
                  hint: allow "it"
        unknown   surroundings  in \\u{f6}\\u{1b}
                  needed for: nothing; an outer sandbox may refuse what an inner one is made of

        tier: reduced; reduced for x
        capsrun box cannot run here: clone3 (missing)

        """)
    #expect(report.text(isASCII: false).contains("in ö\\u{1b}\n"))
  }

  @Test func `health as JSON has every check with its fix, and what is unmet`() {
    #expect(report.exitCode == .unavailable)
    let text = report.json.text(isIndented: false)
    #expect(
      text.hasPrefix(
        #"{"checks":[{"id":"kernel","title":"kernel","state":"ok","detail":"Linux 6.12","#
          + #""needed_for":"the full tier, from Linux 5.19","fix":null},"#))
    #expect(text.contains(#""fix":"allow \"it\"""#))
    #expect(
      text.hasSuffix(
        #""tier":"reduced","reservations":["reduced for x"],"unmet":["clone3"],"degradable":[],"exit_code":69}"#))
    let healthy = HealthReport(checks: [], tier: .full, reservations: [])
    #expect(healthy.exitCode == .success)
  }

  @Test(arguments: [
    (["LANG": "C.UTF-8"], true), (["LANG": "de_DE.utf8"], true), (["LANG": "C"], false), ([:], false),
    (["LC_ALL": "", "LC_CTYPE": "en_GB.UTF-8", "LANG": "C"], true), (["LC_ALL": "C", "LANG": "C.UTF-8"], false),
  ])
  func `the first variable of the locale that is set decides`(environment: [String: String], expected: Bool) {
    #expect(LocaleCharacters.areUnicode { environment[$0] } == expected)
  }
}
