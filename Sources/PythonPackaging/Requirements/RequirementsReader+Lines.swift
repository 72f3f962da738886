extension RequirementsReader {
  /// Reads one line: a requirement with the options behind it, or options alone.
  mutating func take(_ line: LogicalLine) throws(RequirementsProblem) {
    try refuseVariables(line)
    let start = firstOption(in: line)
    let options = try GivenOption.read(try words(of: line, from: start))
    var end = start
    while end > 0, line.scalars[end - 1].isBlank { end -= 1 }
    guard end > 0 else {
      for option in options { try obey(option) }
      return
    }
    for option in options where !option.option.belongsToRequirement {
      throw RequirementsProblem(place: option.name.place, kind: .optionBesideRequirement(option.name.text))
    }
    let requirement = try requirement(line.text(0..<end)) { place($0, in: line) }
    try add(requirement, at: place(0, in: line), hashes: try hashes(options), isEditable: false)
  }

  private func place(_ offset: Int, in line: LogicalLine) -> TextPlace {
    let place = line.place(offset)
    return TextPlace(file: name, line: place.line, column: place.column)
  }

  /// pip puts values of its environment in place of `${NAME}`.
  private func refuseVariables(_ line: LogicalLine) throws(RequirementsProblem) {
    for start in line.scalars.indices where line.scalars[start...].starts(with: "${".unicodeScalars) {
      let name = line.scalars[(start + 2)...].prefix { $0 == "_" || $0.isAlphanumeric && !("a"..."z").contains($0) }
      guard !name.isEmpty, name.endIndex < line.scalars.count, line.scalars[name.endIndex] == "}" else { continue }
      let text = line.text(name.startIndex..<name.endIndex)
      throw RequirementsProblem(place: place(start, in: line), kind: .environmentVariable(text))
    }
  }

  /// Where the first word begins that starts with `-`.
  private func firstOption(in line: LogicalLine) -> Int {
    let first = line.scalars.indices.first { index in
      line.scalars[index] == "-" && (index == 0 || line.scalars[index - 1].isBlank)
    }
    return first ?? line.scalars.count
  }

  /// Words with blanks between them, in which quotation marks hold blanks together.
  private func words(of line: LogicalLine, from start: Int) throws(RequirementsProblem) -> [PlacedText] {
    var words: [PlacedText] = []
    var word: (text: String.UnicodeScalarView, start: Int)?
    var quote: (mark: Unicode.Scalar, start: Int)?
    for index in start..<line.scalars.count {
      let scalar = line.scalars[index]
      if quote == nil, scalar.isBlank {
        if let word { words.append(PlacedText(text: String(word.text), place: place(word.start, in: line))) }
        word = nil
        continue
      }
      word = word ?? (String.UnicodeScalarView(), index)
      if let open = quote, scalar == open.mark {
        quote = nil
      } else if quote == nil, scalar == "\"" || scalar == "'" {
        quote = (scalar, index)
      } else {
        word?.text.append(scalar)
      }
    }
    if let quote { throw RequirementsProblem(place: place(quote.start, in: line), kind: .unclosedQuotation) }
    if let word { words.append(PlacedText(text: String(word.text), place: place(word.start, in: line))) }
    return words
  }

  /// Does what an option on a line of its own says.
  private mutating func obey(_ given: GivenOption) throws(RequirementsProblem) {
    switch given.option.effect {
    case .include: if let value = given.value { include(value, isConstraint: false) }
    case .constrain: if let value = given.value { include(value, isConstraint: true) }
    case .allowPrereleases: file.allowsPrereleases = true
    case .requireHashes: file.firstHash = file.firstHash ?? given.name.place
    case .download: file.unusedOptions.append(given.name)
    case .editable:
      guard let value = given.value else { return }
      guard !isConstraint else { throw RequirementsProblem(place: given.name.place, kind: .editableConstraint) }
      let requirement = try located(value.text, marker: nil, at: value.place)
      try add(requirement, at: given.name.place, hashes: [], isEditable: true)
    case .hash, .build:
      throw RequirementsProblem(place: given.name.place, kind: .optionWithoutRequirement(given.name.text))
    }
  }

  private mutating func hashes(_ options: [GivenOption]) throws(RequirementsProblem) -> [ArchiveHash] {
    var hashes: [ArchiveHash] = []
    for given in options {
      guard given.option.effect == .hash, let value = given.value else {
        file.unusedOptions.append(given.name)
        continue
      }
      do throws(RequirementsProblem.Kind) {
        hashes.append(try ArchiveHash(value.text))
      } catch {
        throw RequirementsProblem(place: value.place, kind: error)
      }
      file.firstHash = file.firstHash ?? given.name.place
    }
    return hashes
  }

  private func requirement(
    _ text: String, place: (Int) -> TextPlace
  ) throws(RequirementsProblem) -> Requirement {
    let isLocation = LocatedArchive.isLocation(text)
    // The marker of a path or address stands behind a blank, as the address may have a semicolon itself.
    let location = text.unicodeScalars.prefix { isLocation && !$0.isBlank }
    let marker: Marker?
    do throws(Requirement.Problem) {
      if !isLocation { return try Requirement(text) }
      var parser = RequirementParser(Array(text.unicodeScalars), from: location.count)
      marker = try parser.onlyMarker()
    } catch {
      throw RequirementsProblem(place: place(error.offset), kind: .syntax(error.explanation))
    }
    return try located(String(location), marker: marker, at: place(0))
  }

  private func located(_ location: String, marker: Marker?, at place: TextPlace) throws(RequirementsProblem)
    -> Requirement
  {
    guard let archive = LocatedArchive(location) else {
      throw RequirementsProblem(place: place, kind: .namesNoPackage(location))
    }
    let specifiers = archive.version.map { [VersionSpecifier(comparison: .equal, operand: .version($0))] } ?? []
    return Requirement(
      name: archive.name, extras: archive.extras, specifiers: SpecifierSet(specifiers), url: location, marker: marker)
  }

  private mutating func add(
    _ requirement: Requirement, at place: TextPlace, hashes: [ArchiveHash], isEditable: Bool
  ) throws(RequirementsProblem) {
    let line = RequirementLine(requirement: requirement, place: place, hashes: hashes, isEditable: isEditable)
    guard isConstraint else { return file.requirements.append(line) }
    guard requirement.extras.isEmpty else {
      throw RequirementsProblem(place: place, kind: .constraintWithExtras(requirement.name))
    }
    file.constraints.append(line)
  }
}
