//! Files and folders for other programs, which are there as a whole or not at all.

use charnn_bundle::ExportedFile;
use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::path::Path;

/// Writes a file that appears with its whole content, or replaces one in the same way.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] when `path` exists and `replace` is not set; others when the disk reports
/// them.
pub fn write_file(path: &Path, bytes: &[u8], replace: bool) -> Result<()> {
    if path.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if path.exists() && !replace {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tmp-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666)); // less the umask
    }
    // The message of `tempfile` contains a temporary name.
    let mut file = builder.tempfile_in(parent(path)).map_err(|error| Error::from(error.kind()))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let kept = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    kept.map(drop).map_err(|error| error.error)
}

/// Whether the regular file at `path` begins with `bytes`.
///
/// # Errors
/// When it cannot be read.
pub fn begins_with(path: &Path, bytes: &[u8]) -> Result<bool> {
    if !path.metadata()?.is_file() {
        return Ok(false); // a pipe would block
    }
    let mut start = Vec::new();
    File::open(path)?.take(bytes.len() as u64).read_to_end(&mut start)?;
    Ok(start == bytes)
}

/// Writes a folder with `files`. With `replace`, files of the same names in an existing folder are replaced
/// and others stay.
///
/// # Errors
/// As [`write_file`].
pub fn write_folder(path: &Path, files: &[ExportedFile], replace: bool) -> Result<()> {
    if path.is_dir() && replace {
        return files
            .iter()
            .try_for_each(|file| write_file(&path.join(file.name), &file.bytes, true));
    }
    if path.symlink_metadata().is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tmp-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o777)); // less the umask
    }
    let folder = builder.tempdir_in(parent(path)).map_err(|error| Error::from(error.kind()))?;
    for file in files {
        write_file(&folder.path().join(file.name), &file.bytes, false)?;
    }
    std::fs::rename(folder.path(), path)?;
    let _ = folder.keep();
    Ok(())
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    #[test]
    fn nothing_is_replaced_unless_asked() {
        let place = tempfile::tempdir().unwrap();
        let (path, folder) = (place.path().join("a"), place.path().join("b"));
        write_file(&path, b"1", false).unwrap();
        assert_eq!(write_file(&path, b"2", false).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&path).unwrap(), b"1");
        write_file(&path, b"2", true).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"2");

        let files = |text: &str| [ExportedFile { name: "x", bytes: text.into() }];
        write_folder(&folder, &files("1"), false).unwrap();
        let again = write_folder(&folder, &files("2"), false).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(folder.join("x")).unwrap(), b"1");
        std::fs::write(folder.join("mine"), "stays").unwrap();
        write_folder(&folder, &files("2"), true).unwrap();
        assert_eq!(std::fs::read(folder.join("x")).unwrap(), b"2");
        assert!(folder.join("mine").exists());
        assert!(write_file(&folder, b"", true).is_err(), "a folder stays");
        assert!(write_file(&place.path().join("no/a"), b"", true).is_err());
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 2, "no temporary files");
    }
}
