/// The keys that tell people about a capsule, and those that decide what is packed into it.
enum AboutFields {
  static let fields: [Field<ManifestDraft>] = [
    Field("description", "one line for people", .text, into: \.manifest.about.description, use: .described),
    Field("authors", "who made it", .list(of: .name), into: \.manifest.about.authors, use: .described),
    Field(
      "license", "its licence, as an SPDX expression", .license, into: \.manifest.about.license, use: .described),
    Field(
      "license-file", "the file with the text of its licence", .located(.capsulePath),
      into: \.manifest.packing.licenseFile, use: .packing),
    Field(
      "readme", "the file with what a reader should know first", .located(.capsulePath),
      into: \.manifest.packing.readme, use: .packing),
    Field("homepage", "where it is at home", .url, into: \.manifest.about.homepage, use: .described),
    Field("repository", "where its source is", .url, into: \.manifest.about.repository, use: .described),
    Field("documentation", "where its documents are", .url, into: \.manifest.about.documentation, use: .described),
    Field(
      "keywords", "words to find it by, at most 20", .few(20, .keyword), into: \.manifest.about.keywords,
      use: .described),
    Field(
      "categories", "what kind of thing it is, at most 20", .few(20, .keyword), into: \.manifest.about.categories,
      use: .described),
    Field(
      "metadata", "anything else; kept as it is", .freeTable, into: \.manifest.about.metadata, use: .described),
    Field(
      "capsrun-version", "the releases of capsrun that will do", .located(.versionRequirement),
      into: \.manifest.releases.capsrun, use: .planned),
    Field(
      "publish", "whether it may be published", .bool, into: \.manifest.packing.publish, use: .packing),
    Field(
      "include", "only these files are packed: patterns as in .gitignore", .list(of: .name),
      into: \.manifest.packing.include, use: .packing),
    Field(
      "exclude", "these files are not packed: patterns as in .gitignore", .list(of: .name),
      into: \.manifest.packing.exclude, use: .packing),
  ]
}

extension Form where Value == [String] {
  /// A list without doubles that is not too long.
  fileprivate static func few(_ limit: Int, _ element: Form<String>) -> Form {
    let list = Form.set(of: element)
    return Form(
      shape: list.shape,
      read: { node, decoder in
        let values = list.read(node, &decoder)
        if let count = values?.count, count > limit {
          decoder.report("has \(count) elements", at: node, hint: "keep at most \(limit)")
        }
        return values
      },
      write: list.write)
  }
}
