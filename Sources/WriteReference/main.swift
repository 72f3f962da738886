// Prints the paths of the files that are made from the tables of the command line or, with such a path, that file.
// A tool for developers: scripts/write-reference runs it, and a test fails when a file in the tree is stale.

internal import CapsrunCLI
internal import Linux

if let path = CommandLine.arguments.dropFirst().first {
  guard let file = Reference.files.first(where: { $0.path == path }) else {
    try StandardStream.error.write("WriteReference: there is no file \(path)\n")
    CurrentProcess.exit(64)
  }
  try StandardStream.output.write(file.text)
} else {
  try StandardStream.output.write(Reference.files.map { $0.path + "\n" }.joined())
}
