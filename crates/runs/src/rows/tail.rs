//! Following the rows of a run while it is trained: each look reads only what is new. Takes no lock.

use super::log::{METRICS, SAMPLES};
use crate::folder::not_a_file;
use crate::{MetricRow, RunDir, RunError, SampleRow};
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::marker::PhantomData;
use std::path::PathBuf;

/// The most bytes of one look; the rest comes with the next.
const MOST: u64 = 4 << 20;
/// Bytes before the position that are compared: a file that was cut and has grown again differs there.
const BEFORE: usize = 256;

/// Follows a file of rows.
#[derive(Debug)]
pub struct Tail<T> {
    path: PathBuf,
    /// Bytes that have been read, all of them complete lines.
    position: u64,
    /// The last of them.
    before: Vec<u8>,
    rows: PhantomData<T>,
}

/// What has happened to a file since the last look.
#[derive(Debug, Clone, PartialEq)]
pub struct News<T> {
    /// The file was cut, as by a run that continues from a checkpoint: all rows so far are void, and `rows` start at
    /// the beginning of the file.
    pub restarted: bool,
    /// The new rows. Lines that make no sense are left out.
    pub rows: Vec<T>,
    /// Whether the file has more complete lines than one look reads.
    pub more: bool,
}

impl RunDir {
    /// Follows the training steps and evaluations from the first one.
    pub fn tail_metrics(&self) -> Tail<MetricRow> {
        Tail::new(self.path().join(METRICS))
    }

    /// Follows the samples from the first one.
    pub fn tail_samples(&self) -> Tail<SampleRow> {
        Tail::new(self.path().join(SAMPLES))
    }
}

impl<T: DeserializeOwned> Tail<T> {
    fn new(path: PathBuf) -> Self {
        Self { path, position: 0, before: Vec::new(), rows: PhantomData }
    }

    /// The rows since the last look, at most some megabytes of them. A last line that is not complete is left for the
    /// next look. A file that does not exist is empty.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn look(&mut self) -> Result<News<T>, RunError> {
        self.read().map_err(|error| RunError::read(&self.path, error))
    }

    fn read(&mut self) -> std::io::Result<News<T>> {
        let mut news = News { restarted: false, rows: Vec::new(), more: false };
        let about = match self.path.metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                news.restarted = self.position > 0;
                self.restart();
                return Ok(news);
            }
            about => about?,
        };
        if !about.is_file() {
            return Err(not_a_file()); // a pipe would block
        }
        if about.len() == self.position {
            return Ok(news);
        }
        let mut file = File::open(&self.path)?;
        if about.len() < self.position || !self.is_same(&mut file)? {
            news.restarted = true;
            self.restart();
        }
        file.seek(SeekFrom::Start(self.position))?;
        let mut bytes = Vec::new();
        file.take(MOST).read_to_end(&mut bytes)?;
        let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        news.more = bytes.len() as u64 == MOST;
        if news.more && end == 0 {
            self.position += MOST; // no line of ours is that long
            self.before.clear();
            return Ok(news);
        }
        let lines = &bytes[..end];
        let parsed = lines.split(|byte| *byte == b'\n').map(serde_json::from_slice);
        news.rows = parsed.filter_map(Result::ok).collect();
        if end > 0 {
            self.position += end as u64;
            self.before = lines[end.saturating_sub(BEFORE)..].to_vec();
        }
        Ok(news)
    }

    /// Whether the bytes before the position are those that were read.
    fn is_same(&self, file: &mut File) -> std::io::Result<bool> {
        file.seek(SeekFrom::Start(self.position - self.before.len() as u64))?;
        let mut found = Vec::new();
        file.take(self.before.len() as u64).read_to_end(&mut found)?;
        Ok(found == self.before)
    }

    fn restart(&mut self) {
        self.position = 0;
        self.before.clear();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use std::fs::OpenOptions;
    use std::io::Write;

    fn row(step: u64) -> String {
        serde_json::to_string(&MetricRow::validation(step, 1.5)).unwrap() + "\n"
    }

    fn add(path: &PathBuf, text: &str) {
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn every_row_comes_once_and_a_half_line_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(METRICS);
        let mut tail: Tail<MetricRow> = Tail::new(path.clone());
        let mut look = || {
            let news = tail.look().unwrap();
            let steps: Vec<u64> = news.rows.iter().map(|row| row.step).collect();
            (news.restarted, steps)
        };
        assert_eq!(look(), (false, vec![]), "no file yet");
        add(&path, &(row(1) + &row(2) + &row(3)[..10]));
        assert_eq!(look(), (false, vec![1, 2]));
        assert_eq!(look(), (false, vec![]));
        add(&path, &row(3)[10..]);
        add(&path, "no row\n");
        add(&path, &row(4));
        assert_eq!(look(), (false, vec![3, 4]));
        assert_eq!(look(), (false, vec![]));
    }

    #[test]
    fn a_file_that_was_cut_starts_again_even_if_it_has_grown_since() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(METRICS);
        let mut tail: Tail<MetricRow> = Tail::new(path.clone());
        add(&path, &(row(1) + &row(2) + &row(3)));
        assert_eq!(tail.look().unwrap().rows.len(), 3);
        std::fs::write(&path, row(1)).unwrap();
        let news = tail.look().unwrap();
        assert_eq!((news.restarted, news.rows.len()), (true, 1));
        std::fs::write(&path, row(1) + &row(5) + &row(6) + &row(7) + &row(8)).unwrap();
        assert!(!tail.look().unwrap().restarted, "the first row is the same");
        std::fs::write(&path, row(9).repeat(9)).unwrap();
        let news = tail.look().unwrap();
        assert_eq!((news.restarted, news.rows.len()), (true, 9));
        std::fs::remove_file(&path).unwrap();
        let news = tail.look().unwrap();
        assert_eq!((news.restarted, news.rows.len()), (true, 0));
    }

    #[test]
    fn a_large_file_comes_in_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(METRICS);
        let one = row(7);
        let count = 2 * usize::try_from(MOST).unwrap() / one.len();
        add(&path, &one.repeat(count));
        let mut tail: Tail<MetricRow> = Tail::new(path);
        let (mut rows, mut looks) = (0, 0);
        loop {
            let news = tail.look().unwrap();
            rows += news.rows.len();
            looks += 1;
            if !news.more {
                break;
            }
        }
        assert_eq!(rows, count);
        assert!(looks >= 2, "{looks}");
    }
}
