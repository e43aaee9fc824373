/// Names of programming languages, folded: `js`, `jsx` and `node` are `javascript`.
enum CodeLanguage {
  /// Each name with the others that stand for it; the empty name is plain text.
  private static let others = [
    "javascript": "js jsx node mjs",
    "typescript": "ts tsx",
    "bash": "sh shell console zsh shell-session shellsession sh-session terminal",
    "python": "py python3 py3",
    "ruby": "rb",
    "rust": "rs",
    "yaml": "yml",
    "go": "golang",
    "cpp": "c++",
    "csharp": "cs c#",
    "kotlin": "kt",
    "markdown": "md",
    "markup": "html xml htm vue svelte",
    "": "text txt plain plaintext none nohighlight no-highlight default output",
    "dockerfile": "docker",
    "batch": "bat",
    "powershell": "ps1 pwsh posh",
    "objectivec": "objc",
    "json": "json5 jsonc",
    "diff": "patch",
    "makefile": "make",
    "ini": "conf",
    "vim": "viml",
    "haskell": "hs",
    "julia": "jl",
    "hcl": "tf",
    "protobuf": "proto",
  ]

  private static let names: [String: String] = {
    var names: [String: String] = [:]
    for (name, others) in others {
      for other in others.split(separator: " ") { names[String(other)] = name }
    }
    return names
  }()

  /// The language that a code block's info string names; empty where it names none.
  static func name(info: [UInt8]) -> String {
    var rest = Words.stripped(Words.lowercased(String(decoding: info, as: UTF8.self))).unicodeScalars[...]
    if rest.first == "{" { rest.removeFirst() }
    if rest.first == "." { rest.removeFirst() }
    rest = rest.drop(while: Words.isSpace)
    var name = String(rest.prefix { !Words.isSpace($0) && !",{}:;[]=".unicodeScalars.contains($0) })
    for prefix in ["language-", "lang-", "highlight-"] where name.hasPrefix(prefix) {
      name.removeFirst(prefix.count)
      break
    }
    return names[name] ?? name
  }
}
