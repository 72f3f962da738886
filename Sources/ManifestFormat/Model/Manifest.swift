package import Diagnostics

/// What a capsule's author declares, the same whatever syntax and dialect it was written in.
package struct Manifest: Hashable, Sendable {
  package internal(set) var dialect = Dialect.native
  package var name = ""
  package var about = About()
  package var packing = Packing()
  package var releases = Releases()

  /// The short form: one program, run as the process "main".
  package var entrypoint: Located<String>?
  /// Instances of the entrypoint, each a process of its own.
  package var services: [Located<String>] = []
  package var processes: [Process] = []
  package var groups: [String: Group] = [:]
  package var environment: [String: Variable] = [:]
  /// Where files of the source go in the capsule, by their path in the source.
  package var files: [String: String] = [:]

  package var resources = Resources()
  package var capabilities = Capabilities()
  package var state: [String: AbsolutePath] = [:]
  package var secrets: [String: Secret] = [:]
  package var rootfs = RootFileSystem()
  package var security = Security()
  package var dependencies = Dependencies()

  package var hooks: [String: [String]] = [:]
  package var cron: [CronJob] = []
  package var interceptors: [Interceptor] = []
  package var extensions = Extensions()

  /// What it declares and this release does not execute, by the path of each key.
  package internal(set) var notYet: [Located<String>] = []

  init() {}

  /// How a manifest spells what it says.
  package enum Dialect: String, Hashable, Sendable {
    case native
    /// With a table `[package]`.
    case package
  }

  /// What tells people about the capsule.
  package struct About: Hashable, Sendable {
    package var version: String?
    package var description: String?
    package var authors: [String] = []
    package var license: String?
    package var homepage: String?
    package var repository: String?
    package var documentation: String?
    package var keywords: [String] = []
    package var categories: [String] = []
    package var metadata: JSONValue?
  }

  /// What decides which files become part of the capsule.
  package struct Packing: Hashable, Sendable {
    package var readme: Located<String>?
    package var licenseFile: Located<String>?
    package var publish: Bool?
    package var include: [String]?
    package var exclude: [String] = []
  }
}
