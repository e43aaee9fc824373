import ArgumentParser

/// `consomme train`: a run, unless another subcommand is named.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a model on pages of your own.",
    discussion: """
      “consomme train --data pages.jsonl --output folder” trains; “consomme help train run” lists its options. \
      “consomme train prepare” shows what training learns from each page. \
      “consomme train content” and “consomme train faults” train the parts of a model that decide what is main content and where a fault \
      begins. “consomme train fields” trains the head for title, author, date and the other shipped fields.
      """,
    subcommands: [
      TrainRunCommand.self, TrainPrepareCommand.self, TrainContentCommand.self, TrainFaultsCommand.self,
      TrainFieldsCommand.self,
    ],
    defaultSubcommand: TrainRunCommand.self)
}
