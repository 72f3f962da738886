import ManifestFormat
import Planning
import Testing

@testable import CapsrunCLI

@Suite struct TierOptionTests {
  /// They are written out, as making them of the tables would cost every start.
  @Test func `the options name every layer and every tier`() {
    #expect(TierOptions.allowDegraded.kind == .words(Degradation.allCases.map(\.rawValue)))
    #expect(TierOptions.minimalTier.kind == .words(Tier.allCases.map(\.rawValue)))
  }

  @Test func `every layer has a loss in words, and a tier below the full one`() {
    for layer in Degradation.allCases {
      #expect(!layer.loss.isEmpty && !layer.loss.hasSuffix(".") && layer.tier < .full)
    }
    #expect(Degradation.allowed(from: .full).isEmpty)
    #expect(Degradation.allowed(from: .reduced).contains(.landlock))
    #expect(!Degradation.allowed(from: .reduced).contains(.namespaces))
    #expect(!Degradation.allowed(from: .filterOnly).contains(.signals), "that one is to be named")
  }
}
