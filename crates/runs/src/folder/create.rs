//! The folder of a new run.

use crate::checkpoint::{self, CONFIG, VOCABULARY};
use crate::{Content, Disk, RunDir, RunError, RunId};
use charnn_message::is_hidden;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the name of a run begins with while it is removed.
pub(crate) const TRASH: &str = ".trash-";

/// Fills the folder of a run: what it is, and its first checkpoint.
pub(crate) fn fill(
    disk: &Disk,
    folder: &Path,
    id: &RunId,
    content: &Content,
) -> std::io::Result<()> {
    disk.write(&folder.join(CONFIG), &content.config)?;
    disk.write(&folder.join(VOCABULARY), &content.vocabulary)?;
    id.write(disk, folder)?;
    let checkpoints = RunDir::at(folder.to_owned()).checkpoints();
    disk.make_folder(&checkpoints)?;
    checkpoint::write(disk, &checkpoints, Some(id), content.progress.step, &content.files())
}

/// Gives a folder the permissions of any other new one. `tempfile` makes folders that only their owner
/// can read.
pub(crate) fn open_to_others(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let probe = folder.join("probe");
        std::fs::create_dir(&probe)?;
        let mode = probe.metadata()?.permissions().mode();
        std::fs::remove_dir(&probe)?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Renames the folder `made` to `name`, or to a free name of `base` and the time.
pub(crate) fn place(
    disk: &Disk,
    made: &Path,
    root: &Path,
    name: &str,
    base: &str,
) -> Result<PathBuf, RunError> {
    let take = |name: &str| {
        let path = root.join(name);
        if path.exists() {
            return Err(RunError::Exists { path });
        }
        match disk.rename(made, &path) {
            Ok(()) => Ok(path),
            Err(_) if path.exists() => Err(RunError::Exists { path }),
            Err(error) => Err(RunError::create(&path, error)),
        }
    };
    if !name.is_empty() {
        return take(name);
    }
    let stamp = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S");
    let name = format!("{}-{stamp}", portable(base));
    match take(&name) {
        Err(RunError::Exists { .. }) => (2..100)
            .map(|number| take(&format!("{name}-{number}")))
            .find(|made| !matches!(made, Err(RunError::Exists { .. })))
            .unwrap_or_else(|| take(&name)),
        made => made,
    }
}

/// The beginning of `base`, as every system accepts it for the beginning of a folder's name.
fn portable(base: &str) -> String {
    const MOST_BYTES: usize = 100;
    let is_special = |character| is_hidden(character) || r#"/\:*?"<>|"#.contains(character);
    let base = base.replace(is_special, "-");
    // A leading dash would look like a flag.
    let base = base.trim_start_matches(['.', '-']);
    let base = if base.is_empty() { "text" } else { base };
    base[..base.floor_char_boundary(MOST_BYTES)].to_owned()
}

/// Removes the folders under `root` of processes that died while they made or removed a run.
///
/// Lists `root`, so programs call it once rather than for each run that they create.
pub fn sweep(root: &Path) {
    for path in leftovers(root) {
        let _ = std::fs::remove_dir_all(path); // tried again by the next run
    }
}

/// What [`sweep`] removes.
pub(crate) fn leftovers(root: &Path) -> Vec<PathBuf> {
    const DEAD: Duration = Duration::from_hours(1);
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let age = |entry: &DirEntry| entry.metadata().ok()?.modified().ok()?.elapsed().ok();
    let dead = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_ours = name.starts_with(".tmp-") || name.starts_with(TRASH);
        is_ours && age(entry).is_some_and(|age| age > DEAD)
    });
    dead.map(|entry| entry.path()).collect()
}
