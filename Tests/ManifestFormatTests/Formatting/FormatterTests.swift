import Diagnostics
import Testing

@testable import ManifestFormat

/// A manifest in its stable form, or the messages of its problems.
func formatted(_ text: String, _ file: String = "capsule.yml") throws -> String {
  do {
    return try ManifestFormatter.formatted(SourceText(file: file, bytes: Array(text.utf8)), folderName: "folder")
  } catch let list as DiagnosticList {
    throw Unformatted(messages: list.all.map(\.message))
  }
}

struct Unformatted: Error, CustomStringConvertible {
  let messages: [String]
  var description: String { messages.joined(separator: "; ") }
}

@Suite struct FormatterTests {
  @Test func `keys of tables come into the order of the table of keys, those of maps stay`() throws {
    let text = """
      env: {ZETA: a, ALPHA: b}
      processes:
        web: {args: [x], cmd: bin/web}
        db:
          args: [z]
          cmd: bin/db
      name: demo
      capsule: 1
      """
    #expect(
      try formatted(text) == """
        capsule: 1
        name: demo

        processes:
          web:
            cmd: bin/web
            args: [x]
          db:
            cmd: bin/db
            args: [z]

        env: { ZETA: a, ALPHA: b }

        """)
  }

  @Test func `every comment of YAML finds its place`() throws {
    let text = """
      # yaml-language-server: $schema=x
      # about the file

      #about capsule
      capsule:   1   # one
      # about env
      env: # of all
          # about A
          A: x # a
          B: "z" # b


          # about C

          C: |  # c
            # no comment
            # nor this
          # the end of env
      # about caps
      capabilities:
        fs_read: [ # of the list
          # about the first
          /a, # first
          /b
          # the last
        ] # behind it
      entrypoint: bin/x # program
          # strange
      # the end
      """
    #expect(
      try formatted(text) == """
        # yaml-language-server: $schema=x
        # about the file

        #about capsule
        capsule: 1 # one
        entrypoint: bin/x # program

        # about env
        env: # of all
          # about A
          A: x # a
          B: z # b

          # about C

          C: | # c
            # no comment
            # nor this
          # the end of env

        # about caps
        capabilities:
          fs_read: # of the list
            # about the first
            - /a # first
            - /b
            # the last
            # behind it

        # strange
        # the end

        """)
  }

  @Test func `every comment of TOML finds its place`() throws {
    let text = """
      #:schema x
      # about capsule
      capsule   = 1 # one

      # about caps
      [capabilities] # rights
      # about reading
      fs_read = [ # list
        # first
        "/a", # a
        '/b' # b
        # last
      ] # behind
      # end of caps

      # about web
      [processes.web] # web
      args = ["x",   "y"] # two
      env.A = '''
      one
      two''' # a
      # about cmd
      cmd = 'bin/"web"' # command
      # end of web

      # end of file
      """
    #expect(
      try formatted(text, "capsule.toml") == """
        #:schema x
        # about capsule
        capsule = 1 # one

        # about web
        [processes.web] # web
        # about cmd
        cmd = 'bin/"web"' # command
        args = ["x", "y"] # two
        # end of web

        [processes.web.env]
        A = \"""
        one
        two\""" # a

        # about caps
        [capabilities] # rights
        # about reading
        fs_read = [ # list
          # first
          "/a", # a
          "/b", # b
          # last
          # behind
        ]
        # end of caps

        # end of file

        """)
  }

  @Test func `JSON is indented, and short lists stay in a line`() throws {
    let text = #"{"name": "x", "capsule": 1, "entrypoint":"a", "env": {"A":"\u00fc"}, "authors": ["a", "b"]}"#
    #expect(
      try formatted(text, "capsule.json") == """
        {
          "capsule": 1,
          "name": "x",
          "authors": ["a", "b"],
          "entrypoint": "a",
          "env": { "A": "ü" }
        }

        """)
  }

  /// Where comments are easily lost, or taken for text.
  @Test(arguments: [
    (
      "capsule.yml", "# a\n--- # b\ncapsule: 1\nentrypoint: x\n... # c\n# d\n",
      "# a\n# b\ncapsule: 1\nentrypoint: x\n# c\n# d\n"
    ),
    (
      "capsule.yml", "{ # a\n capsule: 1, # b\n # c\n entrypoint: x # d\n # e\n} # f\n",
      "# a\ncapsule: 1 # b\n# c\nentrypoint: x # d\n# e\n# f\n"
    ),
    (
      "capsule.yml", "capsule: 1\nauthors: [ # a\n  # b\n] # c\nentrypoint: x#y",
      "capsule: 1\n# b\n# c\nauthors: [] # a\nentrypoint: x#y\n"
    ),
    (
      "capsule.yml", "capsule: 1\nentrypoint: x\nauthors:\n# a\n- x # b\n# c\n- 'y # z'\n# d\n",
      "capsule: 1\n\nauthors:\n  # a\n  - x # b\n  # c\n  - \"y # z\"\n\nentrypoint: x\n# d\n"
    ),
    (
      "capsule.yml", "capsule: 1\nentrypoint: x\nmetadata:\n  a:\n    - # b\n      - - z: 1 # c\n          # d\n",
      "capsule: 1\n\nmetadata:\n  a:\n    # b\n    - - - z: 1 # c\n          # d\n\nentrypoint: x\n"
    ),
    ("capsule.yml", "# a\r\ncapsule: 1 # b\r\nentrypoint: x\r\n", "# a\ncapsule: 1 # b\nentrypoint: x\n"),
    ("capsule.toml", "# a\r\ncapsule = 1 # b\r\nentrypoint = 'x'\r\n", "# a\ncapsule = 1 # b\nentrypoint = \"x\"\n"),
    (
      "capsule.toml", "capsule = 1\nentrypoint = 'x'\nmetadata.a = [1, {b = [ # a\n 1, # b\n 2]}]",
      "capsule = 1\nentrypoint = \"x\"\n\n[metadata]\na = [\n  1,\n  # a\n  # b\n  { b = [1, 2] },\n]\n"
    ),
    (
      "capsule.toml",
      "capsule = 1\nentrypoint = 'x'\n[[metadata.a]] # a\n# b\n[[metadata.a]]\n# c\n\n# d\n[metadata.a.z]\ny = {x.w = 1, x.v = 2}",
      "capsule = 1\nentrypoint = \"x\"\n\n[[metadata.a]] # a\n\n# b\n[[metadata.a]]\n# c\n\n# d\n[metadata.a.z]\ny = { x = { w = 1, v = 2 } }\n"
    ),
  ])
  func `a comment in an odd place is kept`(file: String, text: String, expected: String) throws {
    #expect(try formatted(text, file) == expected)
  }

  @Test(arguments: ["capsule.yml", "capsule.toml", "capsule.json"])
  func `a manifest that is wrong is refused with its problems`(file: String) throws {
    let texts = [
      "capsule.yml": "capsule: 1\nfoo: 1\n", "capsule.toml": "capsule = 1\nfoo = 1\n",
      "capsule.json": "{\"capsule\": 1, \"foo\": 1}",
    ]
    let text = try #require(texts[file])
    let error = #expect(throws: Unformatted.self) { try formatted(text, file) }
    #expect(error?.messages.contains("unknown key \"foo\" in the manifest") == true)
    let right = text.replacing("foo", with: "entrypoint").replacing("entrypoint: 1", with: "entrypoint: a")
      .replacing("entrypoint = 1", with: "entrypoint = 'a'").replacing(
        "\"entrypoint\": 1", with: "\"entrypoint\": \"a\"")
    #expect(throws: Never.self) { try formatted(right, file) }
  }

  @Test func `tables of TOML stay in a line where they fit, and lists of them have headers`() throws {
    let text = """
      capsule = 1
      entrypoint = "x"
      env = { A = "1", B = 0x10 }
      cron = [{ name = "a", schedule = "@daily", action = "main" },
        { schedule = "@daily", name = "b", action = "main" }]
      metadata.a.b = 1
      metadata.a.c = [{ x.y = 1, x.z = 1979-05-27 07:32:00 }, 2, [[], {}]]
      """
    let once = try formatted(text, "capsule.toml")
    #expect(
      once == """
        capsule = 1
        entrypoint = "x"
        env = { A = "1", B = 0x10 }

        [metadata.a]
        b = 1
        c = [{ x = { y = 1, z = 1979-05-27 07:32:00 } }, 2, [[], {}]]

        [[cron]]
        name = "a"
        schedule = "@daily"
        action = "main"

        [[cron]]
        name = "b"
        schedule = "@daily"
        action = "main"

        """)
  }
}
