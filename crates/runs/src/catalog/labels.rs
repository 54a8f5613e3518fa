//! What people write on a run: tags and a note, in `labels.json`.

use super::entry::small_file;
use crate::{Disk, RunDir, RunError};
use charnn_message::{Describe, Message, Text, display, is_hidden, shown, text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file.
const LABELS: &str = "labels.json";
/// The most bytes of it.
const MOST_BYTES: u64 = 1 << 20;
/// The most characters of a tag.
const MOST_CHARACTERS: usize = 64;

/// Tags and a note. Training neither reads nor changes them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// Words, each at most once.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// A text; empty without one.
    #[serde(default)]
    pub note: String,
}

/// Labels that cannot be read or set.
#[derive(Debug, thiserror::Error)]
pub enum LabelsError {
    /// The file is there and makes no sense.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: Text,
    },
    /// A tag that cannot be used.
    Tag {
        /// The tag.
        tag: String,
    },
    /// The file could not be written.
    Run(#[from] RunError),
}

display!(LabelsError);

impl Describe for LabelsError {
    fn describe(&self) -> Message {
        match self {
            Self::Damaged { path, why } => Message::new(
                "run/labels",
                text!(
                    en: ("cannot read {}: {}", shown(path), why.english),
                    zh: ("无法读取 {}：{}", shown(path), why.chinese),
                ),
            )
            .hint(text!(
                en: "repair the file, or remove it to start without tags and note",
                zh: "请修复该文件；删除它则会丢弃标签和备注"
            )),
            Self::Tag { tag } => Message::new(
                "run/tag",
                text!(
                    en: ("{tag:?} cannot be a tag"),
                    zh: ("“{}”不能用作标签", tag.escape_debug()),
                ),
            )
            .hint(text!(
                en: "a tag has 1 to {MOST_CHARACTERS} characters, without spaces and commas",
                zh: "标签为 1 到 {MOST_CHARACTERS} 个字符，不含空格和逗号"
            )),
            Self::Run(error) => error.describe(),
        }
    }
}

impl Labels {
    /// The tags with spaces between them.
    pub fn joined(&self) -> String {
        self.tags.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Those of the run at `run`; none if the file does not exist.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub(crate) fn read(run: &Path) -> Result<Self, LabelsError> {
        let path = run.join(LABELS);
        let damaged = |why| LabelsError::Damaged { path: path.clone(), why };
        match small_file(&path, MOST_BYTES) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| damaged(Text::verbatim(error.to_string()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(damaged(Text::from(&error))),
        }
    }
}

impl RunDir {
    /// Tags and note of the run.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn labels(&self) -> Result<Labels, LabelsError> {
        Labels::read(self.path())
    }

    /// Replaces tags and note of the run. It may be in training.
    ///
    /// # Errors
    /// When a tag is empty, long, or has white space, commas or control characters, or the disk does not
    /// take the file.
    pub fn set_labels(&self, labels: &Labels) -> Result<(), LabelsError> {
        let is_bad = |character: char| {
            character.is_whitespace() || is_hidden(character) || [',', '，'].contains(&character)
        };
        let is_wrong = |tag: &&String| {
            !(1..=MOST_CHARACTERS).contains(&tag.chars().count()) || tag.contains(is_bad)
        };
        if let Some(tag) = labels.tags.iter().find(is_wrong) {
            return Err(LabelsError::Tag { tag: tag.clone() });
        }
        let mut bytes = serde_json::to_vec(labels).expect("labels are plain JSON");
        bytes.push(b'\n');
        let path = self.path().join(LABELS);
        Disk::default().replace(&path, &bytes).map_err(|error| RunError::write(&path, error).into())
    }
}
