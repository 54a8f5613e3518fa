//! The folder of a run: what is in it and how it is found again.
//!
//! ```text
//! runs/NAME/
//!   config.toml         every key, re-runnable
//!   vocab.json          the characters in id order
//!   metrics.jsonl       a line a step
//!   samples.jsonl       a line a sample
//!   model.safetensors   the weights, replaced as a whole or not at all
//! ```

use crate::RunConfig;
use crate::check::{check_memory, check_values};
use charnn_data::Vocabulary;
use charnn_kernels::device::Device;
use charnn_model::{CharLm, WeightsError};
use std::io::Write;
use std::path::{Path, PathBuf};

const CONFIG: &str = "config.toml";
const VOCABULARY: &str = "vocab.json";
const WEIGHTS: &str = "model.safetensors";

/// A run folder that exists.
#[derive(Debug, Clone)]
pub struct RunDir {
    path: PathBuf,
}

/// A trained network with what it was trained on.
#[derive(Debug)]
pub struct Trained {
    /// The resolved configuration.
    pub config: RunConfig,
    /// The characters it knows.
    pub vocabulary: Vocabulary,
    /// The network.
    pub model: CharLm,
}

/// A run folder that cannot be made, found, read or written.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A file or folder could not be written.
    #[error("cannot write {}: {source}; choose another folder with --set run.root=FOLDER, or free some space", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// No run is called that.
    #[error("there is no run {name:?}: neither a run folder nor a name under {}{}", root.display(), known_runs(known))]
    NotFound {
        /// What was asked for.
        name: String,
        /// Where runs are looked for.
        root: PathBuf,
        /// The runs that exist.
        known: Vec<String>,
    },
    /// A run folder of that name exists.
    #[error("{} exists; choose another --name", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// A file of the run is missing or damaged.
    #[error("{} cannot be used: {message}; train the run again, or name another run", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
}

fn known_runs(known: &[String]) -> String {
    match known {
        [] => "; `charnn train` makes the first one".into(),
        names => format!("; there are {}", names.join(", ")),
    }
}

impl RunError {
    pub(crate) fn write(path: &Path, source: std::io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }
}

impl RunDir {
    /// Makes the folder of a new run and writes its configuration and vocabulary.
    ///
    /// Without a name in `config`, the run is called `base` with date and time.
    ///
    /// # Errors
    /// When the name is taken or the folder cannot be written.
    pub fn create(
        config: &RunConfig,
        base: &str,
        vocabulary: &Vocabulary,
    ) -> Result<Self, RunError> {
        let root = Path::new(&config.run.root);
        std::fs::create_dir_all(root).map_err(|error| RunError::write(root, error))?;
        let run = Self { path: make_folder(root, &config.run.name, base)? };
        // Without the name: the same file makes another run.
        let mut resolved = config.clone();
        resolved.run.name.clear();
        let text = toml::to_string(&resolved).expect("a configuration is plain TOML");
        run.replace(CONFIG, text.as_bytes())?;
        let json = serde_json::to_string_pretty(vocabulary).expect("a vocabulary is plain JSON");
        run.replace(VOCABULARY, json.as_bytes())?;
        Ok(run)
    }

    /// The run that `name` means: a run folder, the name of one under `root`, or `latest`.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(name: &str, root: &Path) -> Result<Self, RunError> {
        let candidates = [PathBuf::from(name), root.join(name)];
        if let Some(path) = candidates.into_iter().find(|path| path.join(CONFIG).is_file()) {
            return Ok(Self { path });
        }
        let mut runs = trained_runs(root);
        match runs.pop() {
            Some((_, path)) if name == "latest" => Ok(Self { path }),
            newest => {
                let runs = runs.into_iter().chain(newest).rev().take(10);
                let known = runs.map(|(_, path)| Self { path }.name()).collect();
                Err(RunError::NotFound { name: name.to_owned(), root: root.to_owned(), known })
            }
        }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder's name.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Replaces the weights: a reader sees the old file or the new one, never half of one.
    ///
    /// # Errors
    /// When the file cannot be written; the old one is then still there.
    pub fn save_weights(&self, model: &CharLm) -> Result<(), RunError> {
        self.replace(WEIGHTS, &model.to_safetensors())
    }

    /// Reads the network back, onto `device`.
    ///
    /// # Errors
    /// When a file is missing, damaged or does not fit the others.
    pub fn load(&self, device: &Device) -> Result<Trained, RunError> {
        let config: RunConfig = self.read(CONFIG, |bytes| {
            let text = str::from_utf8(bytes).map_err(|error| error.to_string())?;
            let config: RunConfig = toml::from_str(text).map_err(|error| error.to_string())?;
            check_values(&config).map_err(|error| error.to_string())?;
            Ok(config)
        })?;
        let vocabulary: Vocabulary = self.read(VOCABULARY, |bytes| {
            serde_json::from_slice(bytes).map_err(|error| error.to_string())
        })?;
        let model = self.read(WEIGHTS, |bytes| {
            check_memory(&config, vocabulary.len()).map_err(|error| error.to_string())?;
            let model = CharLm::zeros(&config.model, vocabulary.len(), device);
            model.with_safetensors(bytes).map_err(|error: WeightsError| error.to_string())
        })?;
        Ok(Trained { config, vocabulary, model })
    }

    fn read<T>(
        &self,
        file: &str,
        parse: impl FnOnce(&[u8]) -> Result<T, String>,
    ) -> Result<T, RunError> {
        let path = self.path.join(file);
        let bytes = std::fs::read(&path).map_err(|error| error.to_string());
        bytes.and_then(|bytes| parse(&bytes)).map_err(|message| RunError::Damaged { path, message })
    }

    fn replace(&self, file: &str, bytes: &[u8]) -> Result<(), RunError> {
        let path = self.path.join(file);
        let write = || {
            let mut temporary = temporary_file(&self.path)?;
            temporary.write_all(bytes)?;
            temporary.as_file().sync_all()?;
            temporary.persist(&path).map_err(|error| error.error)
        };
        write().map(drop).map_err(|error| RunError::write(&path, error))
    }
}

/// A file with the permissions of any other new file; by itself `tempfile` hides it from others.
fn temporary_file(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has permission bits to set"))]
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Makes the folder `name`, or one named after `base` and the time that nobody else has.
fn make_folder(root: &Path, name: &str, base: &str) -> Result<PathBuf, RunError> {
    let make = |name: &str| {
        let path = root.join(name);
        match std::fs::create_dir(&path) {
            Ok(()) => Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(RunError::Exists { path })
            }
            Err(error) => Err(RunError::write(&path, error)),
        }
    };
    if !name.is_empty() {
        return make(name);
    }
    let stamp = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S");
    let base = base.replace(['/', '\\', ':', '*', '?', '"', '<', '>', '|'], "-");
    let name = format!("{base}-{stamp}");
    match make(&name) {
        Err(RunError::Exists { .. }) => (2..100)
            .map(|number| make(&format!("{name}-{number}")))
            .find(|made| !matches!(made, Err(RunError::Exists { .. })))
            .unwrap_or_else(|| make(&name)),
        made => made,
    }
}

/// The run folders under `root` that hold weights, oldest first.
fn trained_runs(root: &Path) -> Vec<(std::time::SystemTime, PathBuf)> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut runs: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.join(WEIGHTS).is_file())
        .filter_map(|path| Some((path.join(CONFIG).metadata().ok()?.modified().ok()?, path)))
        .collect();
    runs.sort();
    runs
}
