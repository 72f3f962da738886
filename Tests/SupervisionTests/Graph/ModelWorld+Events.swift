import Linux
import Supervision

// What happens in the world.
extension ModelWorld {
  /// Something happens to one process that is there.
  mutating func happen() {
    let process = dice.below(nodes.count)
    let instance = Instance(process: process, generation: bodies[process].generation)
    guard instance.generation > 0, !bodies[process].isFailed else { return }
    guard bodies[process].isStarted else {
      if bodies[process].isStuck, !bodies[process].isKilled { return }
      if bodies[process].isKilled || !isKind && dice.chance(15) {
        bodies[process].isFailed = true
        return news.append(.spawnFailed(instance, "no such file"))
      }
      bodies[process].isStarted = true
      bodies[process].hasLeader = true
      bodies[process].hasRest = dice.chance(30)
      return news.append(.spawned(instance))
    }
    if bodies[process].hasLeader, !bodies[process].isReady, nodes[process].readiness != nil, isKind || dice.chance(60) {
      bodies[process].isReady = true
      return news.append(.ready(instance))
    }
    // The last word on it came before an earlier one, and is said again.
    if isKind, bodies[process].hasLeader, bodies[process].isReady, machine.status(of: process).state != .ready {
      if dice.chance(50) { return news.append(.ready(instance)) }
    }
    if bodies[process].hasLeader, bodies[process].isReady, !isKind, dice.chance(10) {
      bodies[process].isReady = false
      return news.append(.unready(instance))
    }
    if bodies[process].hasLeader,
      bodies[process].isKilled || !isKind && dice.chance(50) || isKind && nodes[process].isOneshot
    {
      return end(instance)
    }
    if bodies[process].hasRest, bodies[process].isKilled || dice.chance(30) {
      bodies[process].hasRest = false
      if !bodies[process].hasLeader { news.append(.emptied(instance)) }
    }
  }

  mutating func end(_ instance: Instance) {
    bodies[instance.process].hasLeader = false
    let endings: [Ending] = [
      .exited(code: 0), .exited(code: 1), .exited(code: 3), .exited(code: 125), .killed(signal: 11),
    ]
    news.append(.ended(instance, isKind ? endings[0] : endings[dice.below(endings.count)]))
    if !bodies[instance.process].hasRest { news.append(.emptied(instance)) }
  }

  /// Tells one of the things that have happened, not always the first one; false when there is none.
  mutating func tellNews() -> Bool {
    guard !news.isEmpty else { return false }
    let event = news.remove(at: dice.below(min(news.count, 4)))
    tell(event)
    if dice.chance(5) { tell(event) }
    return true
  }
}
