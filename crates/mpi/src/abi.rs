//! The functions of an MPI library that training calls, by the standard ABI of MPI 5: the values of constants
//! and the types of arguments are those of `mpi_abi.h`, the same for every library that has the ABI.
//!
//! All unsafe code of the crate is here. The wrappers take slices and check their lengths.
#![expect(unsafe_code, reason = "functions of a C library")]

use crate::MpiError;
use libloading::Library;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

type Handle = *mut c_void;
const COMM_WORLD: Handle = 0x101 as Handle;
const FLOAT: Handle = 0x210 as Handle;
const BYTE: Handle = 0x247 as Handle;
const FUNNELED: c_int = 1024;
const SUCCESS: c_int = 0;

type InitThread = unsafe extern "C" fn(*mut c_int, *mut c_void, c_int, *mut c_int) -> c_int;
type CommInt = unsafe extern "C" fn(Handle, *mut c_int) -> c_int;
type Exchange =
    unsafe extern "C" fn(*const c_void, c_int, Handle, *mut c_void, c_int, Handle, Handle) -> c_int;
type StartBroadcast =
    unsafe extern "C" fn(*mut c_void, c_int, Handle, c_int, Handle, *mut Handle) -> c_int;
type Test = unsafe extern "C" fn(*mut Handle, *mut c_int, *mut c_void) -> c_int;
type Abort = unsafe extern "C" fn(Handle, c_int) -> c_int;
type Finalize = unsafe extern "C" fn() -> c_int;

/// The functions of a library, which has been initialized by [`Abi::init`].
#[derive(Debug)]
pub(crate) struct Abi {
    rank: CommInt,
    size: CommInt,
    all_to_all: Exchange,
    all_gather: Exchange,
    start_broadcast: StartBroadcast,
    test: Test,
    abort: Abort,
    finalize: Finalize,
}

impl Abi {
    /// Opens the library `name` and connects this process to the others. Call it once in a process, and
    /// call the other functions on the same thread.
    ///
    /// # Errors
    /// The outer error: the library cannot be opened. The inner one: it lacks a function or fails.
    pub(crate) fn init(name: &str) -> Result<Result<Self, MpiError>, libloading::Error> {
        // SAFETY: the initialization of an MPI library has no requirements.
        let library = unsafe { Library::new(name) }?;
        // Libraries of MPI start threads, so it stays open.
        let library: &'static Library = Box::leak(Box::new(library));
        Ok(Self::of(library, name))
    }

    fn of(library: &'static Library, name: &str) -> Result<Self, MpiError> {
        /// # Safety
        /// `T` must be the type of the function.
        unsafe fn function<T: Copy>(
            library: &'static Library,
            file: &str,
            name: &'static str,
        ) -> Result<T, MpiError> {
            // SAFETY: promised by the caller.
            let found = unsafe { library.get::<T>(name) };
            found
                .map(|symbol| *symbol)
                .map_err(|_| MpiError::NoFunction { name, library: file.to_owned() })
        }
        // SAFETY: the types are those of the standard ABI.
        unsafe {
            let init: InitThread = function(library, name, "MPI_Init_thread")?;
            let abi = Self {
                rank: function(library, name, "MPI_Comm_rank")?,
                size: function(library, name, "MPI_Comm_size")?,
                all_to_all: function(library, name, "MPI_Alltoall")?,
                all_gather: function(library, name, "MPI_Allgather")?,
                start_broadcast: function(library, name, "MPI_Ibcast")?,
                test: function(library, name, "MPI_Test")?,
                abort: function(library, name, "MPI_Abort")?,
                finalize: function(library, name, "MPI_Finalize")?,
            };
            let mut provided = 0;
            check("MPI_Init_thread", init(null_mut(), null_mut(), FUNNELED, &raw mut provided))?;
            Ok(abi)
        }
    }

    pub(crate) fn rank(&self) -> Result<usize, MpiError> {
        number("MPI_Comm_rank", self.rank)
    }

    pub(crate) fn size(&self) -> Result<usize, MpiError> {
        number("MPI_Comm_size", self.size)
    }

    /// See [`crate::Communicator::all_to_all`]; `size` is the number of ranks.
    pub(crate) fn all_to_all(&self, own: &[f32], received: &mut [f32], size: usize) {
        assert!(
            own.len() == received.len() && own.len().is_multiple_of(size),
            "a part of each rank"
        );
        let part = count(own.len() / size);
        let (from, to) = (own.as_ptr().cast(), received.as_mut_ptr().cast());
        // SAFETY: both buffers hold `size` parts, and the call returns when it has done with them.
        let code = unsafe { (self.all_to_all)(from, part, FLOAT, to, part, FLOAT, COMM_WORLD) };
        self.demand("MPI_Alltoall", code);
    }

    /// See [`crate::Communicator::all_gather`]; `size` is the number of ranks.
    pub(crate) fn all_gather(&self, own: &[f32], received: &mut [f32], size: usize) {
        assert_eq!(own.len() * size, received.len(), "a part of each rank");
        let part = count(own.len());
        let (from, to) = (own.as_ptr().cast(), received.as_mut_ptr().cast());
        // SAFETY: `received` has room for `size` parts, and the call returns when it has done with them.
        let code = unsafe { (self.all_gather)(from, part, FLOAT, to, part, FLOAT, COMM_WORLD) };
        self.demand("MPI_Allgather", code);
    }

    /// Replaces `bytes` by those of rank 0. Calls `wait` with the number of the look until they are there.
    pub(crate) fn broadcast(&self, bytes: &mut [u8], mut wait: impl FnMut(u32)) {
        let mut request: Handle = null_mut();
        let (to, length) = (bytes.as_mut_ptr().cast(), count(bytes.len()));
        // SAFETY: `bytes` is borrowed until the request is complete.
        let code =
            unsafe { (self.start_broadcast)(to, length, BYTE, 0, COMM_WORLD, &raw mut request) };
        self.demand("MPI_Ibcast", code);
        for look in 0.. {
            let mut done = 0;
            // SAFETY: the request is the one above; a null pointer is `MPI_STATUS_IGNORE`.
            let code = unsafe { (self.test)(&raw mut request, &raw mut done, null_mut()) };
            self.demand("MPI_Test", code);
            if done != 0 {
                return;
            }
            wait(look);
        }
    }

    /// Ends all ranks.
    pub(crate) fn abort(&self, code: c_int) {
        // SAFETY: it may be called at any time between initialization and the end.
        unsafe { (self.abort)(COMM_WORLD, code) };
    }

    /// Takes leave of the other ranks; the last call.
    pub(crate) fn finalize(&self) {
        // SAFETY: no operation is pending, and no other call follows.
        unsafe { (self.finalize)() };
    }

    /// An operation that failed leaves the ranks in different states: all end. (Libraries do so themselves
    /// by default.)
    fn demand(&self, name: &'static str, code: c_int) {
        if code != SUCCESS {
            self.abort(1);
            panic!("{name} failed with code {code}");
        }
    }
}

fn number(name: &'static str, function: CommInt) -> Result<usize, MpiError> {
    let mut number = 0;
    // SAFETY: the library is initialized, and the number outlives the call.
    check(name, unsafe { function(COMM_WORLD, &raw mut number) })?;
    usize::try_from(number).map_err(|_| MpiError::Failed { name, code: number })
}

fn check(name: &'static str, code: c_int) -> Result<(), MpiError> {
    if code == SUCCESS { Ok(()) } else { Err(MpiError::Failed { name, code }) }
}

/// A length as the ABI wants it.
fn count(length: usize) -> c_int {
    c_int::try_from(length).expect("callers send less than 2^31 numbers at a time")
}
