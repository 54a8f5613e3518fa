//! A checkpoint as one sequence of bytes, for other processes that train the same network.

use crate::checkpoint::damage::Damage;
use crate::{Content, Files, LoadedCheckpoint, PROGRESS, Progress};
use std::path::Path;

impl Content {
    /// All files in one sequence of bytes: of each its name and its content, both after their lengths.
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::new();
        for (name, bytes) in self.files() {
            for part in [name.as_bytes(), &bytes] {
                packed.extend((part.len() as u64).to_le_bytes());
                packed.extend(part);
            }
        }
        packed
    }
}

impl LoadedCheckpoint {
    /// What [`Content::pack`] packed.
    ///
    /// # Errors
    /// When it is not that.
    pub fn unpack(packed: &[u8]) -> Result<Self, Damage> {
        let (mut rest, mut files) = (packed, Files::new());
        while !rest.is_empty() {
            let name = String::from_utf8_lossy(next(&mut rest)?).into_owned();
            files.insert(name, next(&mut rest)?.to_vec());
        }
        let progress = files.get(PROGRESS).ok_or_else(|| Damage::missing(PROGRESS))?;
        let progress: Progress = toml::from_slice(progress)
            .map_err(|error| Damage::content(PROGRESS, error.message()))?;
        Self::of_texts(Path::new(""), None, progress.step, files)
    }
}

/// Takes the next part from `rest`.
fn next<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Damage> {
    let mut take = |count: u64| {
        let (part, after) = rest.split_at_checked(usize::try_from(count).ok()?)?;
        *rest = after;
        Some(part)
    };
    let length = take(8).and_then(|length| Some(u64::from_le_bytes(length.try_into().ok()?)));
    length.and_then(take).ok_or_else(|| Damage::missing(PROGRESS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_bundle::Vocabulary;
    use charnn_config::{RunConfig, Sources};

    #[test]
    fn what_is_packed_is_unpacked_and_the_rest_is_an_error() {
        let vocabulary = Vocabulary::of_characters("ab".chars(), false).unwrap();
        let mut progress = Progress::start("text".to_owned());
        progress.step = 7;
        let mut config = RunConfig::default();
        config.data.path = Sources::parse("novel.txt");
        let content = Content {
            config: config.to_run_file().into_bytes(),
            vocabulary: serde_json::to_vec(&vocabulary).unwrap(),
            tensors: vec![(crate::WEIGHTS, vec![1, 2, 3]), (crate::OPTIMIZER, Vec::new())],
            progress,
        };
        let packed = content.pack();
        let loaded = LoadedCheckpoint::unpack(&packed);
        let loaded = loaded.unwrap_or_else(|damage| panic!("{damage:?}"));
        assert_eq!(loaded.progress.step, 7);
        assert_eq!(loaded.weights().unwrap(), [1, 2, 3]);
        for end in [0, 1, 8, packed.len() - 1] {
            assert!(LoadedCheckpoint::unpack(&packed[..end]).is_err(), "{end}");
        }
    }
}
