internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import Supervision

/// What the supervisor of a version needs that is started beside the one whose place it is to take.
struct BesideRun {
  /// Held by whoever starts it, too: as long as one of both lives there is no other exchange of this name.
  let folder: ClaimedFolder
  /// What it and its keeper leave open to their end.
  let kept: [DescriptorNumber]
  /// Whose they are, which must be there as long.
  let keeping: AnyObject?
  let target: Activation.Target
  let store: Store

  var title: String { "\(target.capsule.title) (\(target.capsule.id.short))" }
  private var name: String { target.capsule.name }

  func succession(taken: @escaping () -> Void) -> Succession {
    Succession(name: name, take: { () throws(Succession.Failure) in try take().json }, taken: taken)
  }

  /// The store first: whoever is killed between the two steps leaves the old version under its name, which the next
  /// activation finds and exchanges.
  private func take() throws(Succession.Failure) -> JournalEntry {
    guard isThere() else { throw Succession.Failure("\(name) was stopped meanwhile") }
    let entry = try changing { () throws(CapsuleError) in try target.flip(store, Int(Clock.secondsSince1970)) }
    do throws(SysError) {
      try folder.exchangeNames(with: name)
    } catch {
      if let from = entry.from, from != entry.id {
        try changing { () throws(CapsuleError) in
          try store.activate(try store.record(of: from), now: Int(Clock.secondsSince1970))
        }
      }
      throw Succession.Failure("the name cannot be taken over: \(error.reason)")
    }
    return entry
  }

  @discardableResult
  private func changing(
    _ body: () throws(CapsuleError) -> JournalEntry
  ) throws(Succession.Failure) -> JournalEntry {
    do throws(CapsuleError) {
      return try body()
    } catch {
      throw Succession.Failure(error.diagnostics.first?.message ?? "the store cannot be changed")
    }
  }

  private func isThere() -> Bool {
    do throws(RunFolderError) {
      return try RunFolder.isClaimed(name)
    } catch {
      return false
    }
  }
}
