//! What must hold for a run folder with any files.
//!
//! The tests beside this file and the fuzzer (`fuzz/`) hold the program to the same.

use charnn_data::Corpus;
use charnn_kernels::device::{Device, DeviceChoice, open};
use charnn_train::{CheckpointSelector, Disk, Plan, Run, RunConfig, RunDir, start, train};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const MANIFEST: &str = "MANIFEST.json";

/// A run of one step, whose checkpoint is changed and put right again.
pub(crate) struct Example {
    folder: TempDir,
    device: Device,
    /// The files of the checkpoint, as they were written.
    whole: BTreeMap<String, Vec<u8>>,
}

impl Example {
    /// # Panics
    /// When the run cannot be made.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = RunConfig::default();
        config.data.path = charnn_config::Sources::parse("test");
        config.run.root = folder.path().display().to_string();
        config.run.name = "run".into();
        (config.model.hidden_size, config.model.embedding_dim) = (3, 2);
        (config.train.batch_size, config.train.seq_length, config.train.max_steps) = (2, 4, 1);
        config.sample.length = 1;
        let text = "the cat sat on the mat. ".repeat(4);
        let plan = Plan::new(config, &Corpus::from_text("test", text)).expect("a plan");
        let device = open(DeviceChoice::Cpu).expect("a CPU").device;
        let from = start(&plan, &device);
        let mut run = Run::create(&plan, "test", &from, Disk::quick()).expect("a run");
        train(&plan, &device, &mut run, from, &mut [], &|| false).expect("a step");
        drop(run); // it would be in use
        let mut example = Self { folder, device, whole: BTreeMap::new() };
        // One is enough, and told from all others.
        std::fs::remove_dir_all(example.path().join("checkpoints/step-00000000")).expect("a start");
        for entry in std::fs::read_dir(example.checkpoint()).expect("a checkpoint") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            example.whole.insert(name, std::fs::read(path).expect("a file"));
        }
        assert_eq!(example.whole.len(), 7);
        assert!(example.read(&example.path()), "it is read as it was written");
        example
    }

    /// The first byte says whether the manifest is made to fit what comes of the edits after it:
    /// which file, from where, how many bytes are replaced by which.
    ///
    /// # Panics
    /// Where something does not hold.
    pub(crate) fn check(&self, input: &[u8]) {
        let [sealed, edits @ ..] = input else { return };
        let sealed = sealed % 2 == 1;
        let mut files = self.whole.clone();
        edit(&mut files, edits, |name| name != MANIFEST);
        if sealed {
            seal(&mut files);
        }
        edit(&mut files, edits, |name| name == MANIFEST);
        if !sealed && files[MANIFEST] == self.whole[MANIFEST] && files != self.whole {
            assert!(!self.read_as(&files), "what the manifest does not say is used");
        } else {
            self.read_as(&files);
        }
    }

    /// Whether the run can be used with these files for its checkpoint.
    fn read_as(&self, files: &BTreeMap<String, Vec<u8>>) -> bool {
        let changed = || self.whole.iter().filter(|(name, bytes)| files[*name] != **bytes);
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(self.checkpoint().join(name), bytes).expect("room for a file");
        };
        changed().for_each(|(name, _)| write(name, &files[name]));
        let used = self.read(&self.path());
        changed().for_each(|(name, bytes)| write(name, bytes));
        used
    }

    /// Reads the run as `generate`, `evaluate` and `resume` do. Whether that is possible.
    fn read(&self, path: &Path) -> bool {
        let folder = RunDir::find(&path.display().to_string(), path).expect("a run's folder");
        let mut warnings = 0;
        let mut tell = |_: charnn_train::Warning| warnings += 1;
        let loaded =
            [CheckpointSelector::Last, CheckpointSelector::Best, CheckpointSelector::Step(1)].map(
                |choice| {
                    let loaded = folder.load(choice, &mut |warning| tell(warning.into()));
                    loaded
                        .map(|(trained, _)| assert!(trained.vocabulary.len() > 1))
                        .map_err(|it| it.to_string())
                },
            );
        let used = loaded.iter().any(Result::is_ok);
        let resumed = Run::resume(folder, Disk::quick(), &mut tell).and_then(|(mut run, saved)| {
            assert_eq!(saved.progress.step, 1);
            run.restore(saved, &self.device, &mut tell).map(drop)
        });
        assert!(resumed.is_ok() || warnings > 0, "damage is reported");
        used || resumed.is_ok()
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    fn checkpoint(&self) -> PathBuf {
        self.path().join("checkpoints/step-00000001")
    }
}

/// Makes those of `edits` that are of a file that is `meant`.
fn edit(files: &mut BTreeMap<String, Vec<u8>>, mut edits: &[u8], meant: impl Fn(&str) -> bool) {
    let names: Vec<String> = files.keys().cloned().collect();
    while let [which, low, high, over, count, rest @ ..] = edits {
        let (new, rest) = rest.split_at(rest.len().min(usize::from(*count)));
        edits = rest;
        let name = &names[usize::from(*which) % names.len()];
        if !meant(name) {
            continue;
        }
        let file = files.get_mut(name).expect("a name of theirs");
        let from = usize::from(u16::from_le_bytes([*low, *high])) % (file.len() + 1);
        // The largest number of bytes means all that are left.
        let over = if *over == u8::MAX { file.len() } else { usize::from(*over) };
        let to = file.len().min(from + over);
        file.splice(from..to, new.iter().copied());
    }
}

/// Makes the manifest one that a writer of these files would have written.
fn seal(files: &mut BTreeMap<String, Vec<u8>>) {
    let entry = |(name, bytes): (&String, &Vec<u8>)| {
        let hash = blake3::hash(bytes).to_hex().to_string();
        (name.clone(), serde_json::json!({ "bytes": bytes.len(), "blake3": hash }))
    };
    let listed = files.iter().filter(|(name, _)| *name != MANIFEST).map(entry);
    let listed: serde_json::Map<_, _> = listed.collect();
    let manifest = serde_json::json!({ "format": 1, "step": 1, "files": listed });
    files.insert(MANIFEST.into(), manifest.to_string().into_bytes());
}
