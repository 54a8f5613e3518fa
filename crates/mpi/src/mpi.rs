//! The ranks that `mpiexec` or `srun` started.

use crate::abi::Abi;
use crate::{Communicator, MpiError};
use std::error::Error;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The most bytes of one broadcast: counts of the ABI have 32 bits.
const MOST_BYTES: usize = 1 << 30;
/// Looks at a broadcast before the core is left to other threads for a moment.
const EAGER_LOOKS: u32 = 200;
/// Looks before this thread sleeps.
const LOOKS: u32 = 5_000;
/// How long it sleeps.
const NAP: Duration = Duration::from_micros(200);

/// This process among the ranks that were started together.
///
/// [`Mpi::finish`] takes leave of the others. When it is dropped without that, as in a panic, all ranks end.
/// All calls are made by the thread that joined.
#[derive(Debug)]
pub struct Mpi {
    abi: Abi,
    rank: usize,
    size: usize,
    is_finished: bool,
    one_thread: PhantomData<*const ()>,
}

/// File names of MPI libraries with the standard ABI, the likeliest first: in the folders beside the launcher,
/// one of `launchers`, then as the system finds them.
pub fn library_names(launchers: &[PathBuf]) -> Vec<PathBuf> {
    let names: &[&str] = if cfg!(target_os = "macos") {
        &["libmpi_abi.1.dylib", "libmpi_abi.0.dylib", "libmpi_abi.dylib"]
    } else if cfg!(windows) {
        &["mpi_abi.dll"]
    } else {
        &["libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi_abi.so"]
    };
    let beside = launchers.iter().filter_map(|launcher| launcher.parent()?.parent());
    let beside = beside.flat_map(|root| ["lib", "lib64"].map(|lib| root.join(lib)));
    let beside = beside.flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    beside.chain(names.iter().map(PathBuf::from)).collect()
}

impl Mpi {
    /// Opens the first of `libraries` that can be opened, and joins the other ranks. `started` is how many
    /// the launcher started, where it says so.
    ///
    /// # Errors
    /// When there is no library, it fails, or it belongs to another launcher.
    pub fn join(libraries: &[PathBuf], started: Option<usize>) -> Result<Self, MpiError> {
        let name = |path: &Path| path.to_string_lossy().into_owned();
        let mut why = None;
        for library in libraries {
            let library = name(library);
            let abi = match Abi::init(&library) {
                Ok(abi) => abi?,
                Err(error) => {
                    let cause =
                        error.source().map_or_else(|| error.to_string(), ToString::to_string);
                    why = Some(cause);
                    continue;
                }
            };
            let (rank, size) = (abi.rank()?, abi.size()?);
            if let Some(started) = started.filter(|&started| started != size) {
                abi.finalize();
                return Err(MpiError::OtherLauncher { started, found: size, library });
            }
            return Ok(Self { abi, rank, size, is_finished: false, one_thread: PhantomData });
        }
        let tried = libraries.iter().map(|path| name(path)).collect();
        Err(MpiError::NoLibrary { tried, why: why.unwrap_or_default() })
    }

    /// Takes leave of the other ranks.
    pub fn finish(mut self) {
        self.is_finished = true;
        self.abi.finalize();
    }
}

impl Drop for Mpi {
    fn drop(&mut self) {
        if !self.is_finished {
            self.abi.abort(1);
        }
    }
}

impl Communicator for Mpi {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn all_to_all(&self, own: &[f32], received: &mut [f32]) {
        self.abi.all_to_all(own, received, self.size);
    }

    fn all_gather(&self, own: &[f32], received: &mut [f32]) {
        self.abi.all_gather(own, received, self.size);
    }

    fn broadcast(&self, bytes: &mut [u8]) {
        for bytes in bytes.chunks_mut(MOST_BYTES) {
            self.abi.broadcast(bytes, |look| match look {
                ..EAGER_LOOKS => std::hint::spin_loop(),
                EAGER_LOOKS..LOOKS => std::thread::yield_now(),
                _ => std::thread::sleep(NAP),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_message::Describe;

    #[test]
    fn a_missing_library_is_reported_with_what_was_tried() {
        let names = library_names(&[PathBuf::from("/opt/mpi/bin/mpiexec")]);
        if cfg!(target_os = "linux") {
            assert_eq!(names[0], Path::new("/opt/mpi/lib/libmpi_abi.so.1"));
            assert!(names.contains(&PathBuf::from("libmpi_abi.so.1")), "{names:?}");
        }
        let error = Mpi::join(&[PathBuf::from("no-such-library.so")], Some(2)).unwrap_err();
        let message = error.describe().in_full().english;
        assert!(
            message.contains("no-such-library.so") && message.contains("pip install mpich"),
            "{message}"
        );
    }

    #[test]
    fn a_library_without_mpi_is_refused() {
        if !cfg!(target_os = "linux") {
            return;
        }
        let error = Mpi::join(&[PathBuf::from("libm.so.6")], Some(2)).unwrap_err();
        assert!(matches!(error, MpiError::NoFunction { name: "MPI_Init_thread", .. }), "{error}");
    }
}
