import Foundation
import Testing

/// The scripts below rootfs/. That of Debian needs a mirror, and is not run here.
@Suite struct BaseRecipeTests {
  @Test(arguments: Caller.reachable)
  func `the recipe of busybox makes a base that runs, by itself and for others`(caller: Caller) throws {
    let place = try CapsulePlace(as: caller)
    let recipe = Program.packageFolder.appending(path: "rootfs/busybox")
    // Where every caller can read it.
    let script = try place.folder.copy(recipe.path, as: "recipe") + "/build"
    var build = Spawn(try caller.commandLine([script, place.folder("made")]))
    build.environment["CAPSRUN"] = try Program.path()
    let made = try build.run()
    try #require(made.exitCode == 0 && made.output.contains("Capsule built successfully"), "\(made)")
    let installed = try place.capsrun("install", "--allow-unsigned", "made/busybox.tar.gz")
    try #require(installed.exitCode == 0, "\(installed)")
    let box = try place.capsrun("box", "--base", "busybox", "--", "busybox", "ls", "/")
    #expect(
      box.lines == [
        "bin", "dev", "etc", "home", "opt", "proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "var",
      ], "\(box)")
    let run = try place.capsrun("run", "busybox", "--", "-c", "id -un; readlink /proc/self/exe; wc -c < /etc/hosts")
    #expect(run.lines == ["capsule", "/bin/busybox", "50"], "\(run)")
    try place.source(
      "app",
      manifest: "capsule: 1\nname: app\nversion: 1.0.0\nentrypoint: bin/main\nrootfs: {base: busybox}\n",
      script: "ls /usr/bin | grep -cx env; test -e /usr/bin/python3 || echo none of the host\n")
    #expect(try place.capsrun("run", "app/.").lines == ["1", "none of the host"])
  }
}
