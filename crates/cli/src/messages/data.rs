//! Problems with texts, with the flags that help.

use charnn_data::{DataError, VocabularyError};
use charnn_message::{Describe, Message, Text, text};
use charnn_text::TextError;

/// The message of `error`, with hints that name flags and commands.
pub(crate) fn data(error: &DataError) -> Message {
    flags(error).into_iter().fold(error.describe(), Message::hint)
}

fn flags(error: &DataError) -> Vec<Text> {
    match error {
        DataError::Text(error) => text_flags(error),
        DataError::OutputExists { .. } => {
            vec![text!(en: "or overwrite it with --force", zh: "或用 --force 覆盖")]
        }
        DataError::Cache { .. } | DataError::NoRoom { .. } => vec![text!(
            en: "on the command line: --set run.root=FOLDER or --set data.in_memory_bytes=N",
            zh: "命令行写法：--set run.root=FOLDER 或 --set data.in_memory_bytes=N"
        )],
        DataError::Vocabulary(VocabularyError::UnknownCharacter { .. }) => {
            vec![
                text!(en: "or skip it with --on-unknown skip", zh: "或加上 --on-unknown skip 跳过它"),
            ]
        }
        DataError::OtherCharacters { .. } => vec![
            text!(
                en: "to measure the rest of the text, add --on-unknown skip",
                zh: "若只评估其余的字符，请加上 --on-unknown skip"
            ),
            text!(
                en: "to learn them: `charnn train TEXT --init-from RUN`",
                zh: "要学习这些字符：`charnn train TEXT --init-from RUN`"
            ),
        ],
        _ => Vec::new(),
    }
}

fn text_flags(error: &TextError) -> Vec<Text> {
    match error {
        TextError::TooLarge { .. } => {
            vec![text!(en: "on the command line: --max-bytes N", zh: "命令行写法：--max-bytes N")]
        }
        TextError::UnclearEncoding { found, contest, .. }
        | TextError::TooManyMalformed { found, contest, .. } => {
            let [best, next] = [&contest.best, &contest.runner_up]
                .map(|candidate| String::from(candidate.encoding));
            let one = text!(
                en: "on the command line: --encoding {best} or --encoding {next}",
                zh: "命令行写法：--encoding {best} 或 --encoding {next}"
            );
            let several = text!(
                en: "to convert one file: `charnn data convert IN OUT --encoding {best}`",
                zh: "转换单个文件：`charnn data convert IN OUT --encoding {best}`"
            );
            vec![if *found { several } else { one }]
        }
        TextError::Malformed { .. } => vec![text!(
            en: "on the command line: --encoding ENCODING or --on-malformed replace",
            zh: "命令行写法：--encoding ENCODING 或 --on-malformed replace"
        )],
        TextError::Unmappable { .. } => {
            vec![text!(en: "omit --to to write UTF-8", zh: "去掉 --to 即可写成 UTF-8")]
        }
        _ => Vec::new(),
    }
}
