//! A file of JSON lines that only grows.

use crate::folder::not_a_file;
use crate::{Disk, RunError};
use serde::Serialize;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file of JSON lines. Lines that the disk does not take are kept and tried again.
#[derive(Debug)]
pub(crate) struct JsonLines {
    path: PathBuf,
    file: File,
    /// Bytes in the file.
    length: u64,
    waiting: Vec<u8>,
}

impl JsonLines {
    /// Opens the file at `path`, or makes it.
    pub(crate) fn open(path: PathBuf) -> Result<Self, RunError> {
        let failed = |error| RunError::write(&path, error);
        if path.metadata().is_ok_and(|about| !about.is_file()) {
            return Err(failed(not_a_file())); // a pipe would block
        }
        let mut options = File::options();
        let file = options.read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        Ok(Self { path, file, length, waiting: Vec::new() })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Follows the file to `folder`, where the run was moved.
    pub(crate) fn follow(&mut self, folder: &Path) {
        if let Some(name) = self.path.file_name() {
            self.path = folder.join(name);
        }
    }

    /// Cuts the file to `length` bytes, or to the end of the last line before that. Returns how many
    /// bytes are missing.
    pub(crate) fn cut(&mut self, disk: &Disk, length: u64) -> Result<u64, RunError> {
        self.waiting.clear();
        let failed = |error| RunError::write(&self.path, error);
        let have = self.file.metadata().map_err(failed)?.len();
        self.length = end_of_line(&self.file, have.min(length)).map_err(failed)?;
        disk.cut(&self.file, self.length).map_err(failed)?;
        Ok(length - self.length)
    }

    pub(crate) fn push(&mut self, row: &impl Serialize) {
        serde_json::to_writer(&mut self.waiting, row).expect("a row is plain JSON");
        self.waiting.push(b'\n');
    }

    /// The length of the file with the lines that wait.
    pub(crate) fn marked(&self) -> u64 {
        self.length + self.waiting.len() as u64
    }

    /// Copies the file with the lines that wait to `path`. The file is read through its handle: its name
    /// may be another by now. Returns the length of the copy.
    pub(crate) fn copy(&self, path: &Path) -> std::io::Result<u64> {
        let mut copy = File::create(path)?;
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))?;
        // What follows is an incomplete line: its write failed.
        let copied = std::io::copy(&mut file.take(self.length), &mut copy)?;
        copy.write_all(&self.waiting)?;
        copy.sync_all()?;
        Ok(copied + self.waiting.len() as u64)
    }

    /// Writes the lines that wait.
    pub(crate) fn flush(&mut self, disk: &Disk) -> Result<(), RunError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        // A write that failed half way is overwritten.
        disk.write_at(&self.file, self.length, &self.waiting)
            .map_err(|error| RunError::write(&self.path, error))?;
        self.length += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }

    /// Waits until the file is on the device.
    pub(crate) fn sync(&self, disk: &Disk) -> Result<(), RunError> {
        disk.sync(&self.file).map_err(|error| RunError::write(&self.path, error))
    }
}

/// The end of the last complete line within the first `length` bytes of `file`.
fn end_of_line(mut file: &File, length: u64) -> std::io::Result<u64> {
    const CHUNK: u64 = 4096;
    let mut end = length;
    while end > 0 {
        let start = end.saturating_sub(CHUNK);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.take(end - start).read_to_end(&mut bytes)?;
        if let Some(at) = bytes.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    fn lines(content: &str) -> (tempfile::TempDir, JsonLines) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.jsonl");
        std::fs::write(&path, content).unwrap();
        (folder, JsonLines::open(path).unwrap())
    }

    #[test]
    fn a_file_is_cut_at_the_end_of_a_line() {
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(10_000));
        let cases = [
            ("{}\n{}\n", 6, 6, 0),
            ("{}\n{}\n{}\n", 6, 6, 0),
            ("{}\n{", 6, 3, 3),
            ("{}\n", 6, 3, 3),
            ("", 6, 0, 6),
            ("{}", 6, 0, 6),
            (&format!("{{}}\n{long}"), 20_000, 3, 19_997),
        ];
        for (content, length, left, missing) in cases {
            let (folder, mut lines) = lines(content);
            assert_eq!(lines.cut(&Disk::quick(), length).unwrap(), missing);
            lines.push(&1);
            lines.flush(&Disk::quick()).unwrap();
            let text = std::fs::read_to_string(folder.path().join("rows.jsonl")).unwrap();
            assert_eq!(text, format!("{}1\n", &content[..left]));
        }
    }

    #[test]
    fn a_copy_is_of_the_open_file_whatever_has_its_name() {
        let (folder, mut lines) = lines("1\n2\n");
        lines.push(&3);
        std::fs::rename(folder.path().join("rows.jsonl"), folder.path().join("moved")).unwrap();
        std::fs::write(folder.path().join("rows.jsonl"), "foreign\n").unwrap();
        let copy = folder.path().join("copy");
        assert_eq!(lines.copy(&copy).unwrap(), 6);
        assert_eq!(std::fs::read_to_string(copy).unwrap(), "1\n2\n3\n");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_instead_of_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let error = JsonLines::open(path).unwrap_err();
        assert!(error.to_string().contains("not a regular file"), "{error}");
    }
}
