//! Watches the kernels that a piece of work launches: their names, and how long they take to compile.

use burn::tensor::Device;

/// Runs `work` and returns the names of the kernels that this thread launched on GPUs meanwhile, in order.
///
/// One thread at a time: another that counts too waits.
pub fn launches<R>(work: impl FnOnce() -> R) -> (R, Vec<String>) {
    #[cfg(feature = "gpu")]
    return observer::launches(work);
    #[cfg(not(feature = "gpu"))]
    return (work(), Vec::new());
}

/// A kernel and seconds.
pub type Timed = (String, f64);

/// Runs `work` without running its kernels, and returns the seconds that `device` takes to compile each
/// launched kernel: near 0 for those it has compiled before.
///
/// Some drivers compile when a kernel first runs, and then these seconds do not include it.
pub fn compile_times<R>(device: &Device, work: impl FnOnce() -> R) -> (R, Vec<Timed>) {
    #[cfg(feature = "gpu")]
    return observer::compile_times(device, work);
    #[cfg(not(feature = "gpu"))]
    {
        let _ = device;
        (work(), Vec::new())
    }
}

/// Runs `work` without running its kernels, and calls `progress` with the number of its kernels that `device` has
/// compiled, and of all. Numbers that `work` reads are arbitrary.
///
/// What `work` returns is dropped when all are compiled. Does nothing at all on a CPU.
pub fn compile_ahead<R>(
    device: &Device,
    work: impl FnOnce() -> R,
    progress: &mut dyn FnMut(usize, usize),
) {
    #[cfg(feature = "gpu")]
    observer::compile_ahead(device, work, progress);
    #[cfg(not(feature = "gpu"))]
    let _ = (device, work, progress);
}

/// Runs `work` and returns the seconds of each kernel that it launches, one after the other.
pub fn launch_times<R>(work: impl FnOnce() -> R) -> (R, Vec<Timed>) {
    #[cfg(feature = "gpu")]
    return observer::launch_times(work);
    #[cfg(not(feature = "gpu"))]
    return (work(), Vec::new());
}

/// The bytes of the largest tensor of a GPU; `None` for a CPU.
pub fn largest_buffer(device: &Device) -> Option<u64> {
    #[cfg(feature = "gpu")]
    return observer::largest_buffer(device);
    #[cfg(not(feature = "gpu"))]
    {
        let _ = device;
        None
    }
}

/// Bytes of tensors in the memory of a GPU, and bytes that are reserved for tensors; `None` for a CPU.
pub fn memory(device: &Device) -> Option<[u64; 2]> {
    #[cfg(feature = "gpu")]
    return observer::memory(device);
    #[cfg(not(feature = "gpu"))]
    {
        let _ = device;
        None
    }
}

#[cfg(feature = "gpu")]
mod observer {
    use super::Timed;
    use burn::backend::DispatchDevice;
    use burn::tensor::Device;
    use cubecl::client::Client;
    use cubecl::dry_run::DryRun;
    use cubecl::logging::{
        Duration, LaunchObservation, LaunchObserver, TimingMethod, TimingRequest,
    };
    use cubecl::server::Handle;
    use std::collections::HashSet;
    use std::pin::Pin;
    use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
    use std::task::{Context, Poll, Waker};
    use std::thread::{self, ThreadId};
    use std::time::Instant;

    fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` with an observer of its own.
    fn observed<R>(observer: Arc<dyn LaunchObserver>, work: impl FnOnce() -> R) -> R {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _guard = lock(&ONE_AT_A_TIME);
        let _observation = LaunchObservation::new(observer);
        work()
    }

    #[derive(Debug)]
    struct Names(ThreadId, Mutex<Vec<String>>);

    impl LaunchObserver for Names {
        fn launched(&self, kernel: &'static str) {
            if thread::current().id() == self.0 {
                lock(&self.1).push(short(kernel));
            }
        }
    }

    /// The name of a kernel without modules and parameters.
    fn short(kernel: &str) -> String {
        let name = kernel.split('<').next().unwrap_or(kernel);
        name.rsplit("::").next().unwrap_or(name).to_owned()
    }

    pub(super) fn launches<R>(work: impl FnOnce() -> R) -> (R, Vec<String>) {
        let names = Arc::new(Names(thread::current().id(), Mutex::default()));
        let result = observed(names.clone(), work);
        (result, std::mem::take(&mut *lock(&names.1)))
    }

    fn client(device: &Device) -> Option<Client> {
        match device.clone().inner().as_dispatch() {
            DispatchDevice::Cube(device) => Some(device.client()),
            _ => None,
        }
    }

    /// Waits before each launch until the one before has been compiled.
    struct Compiling {
        client: Client,
        since: Mutex<(Instant, Vec<Timed>)>,
    }

    impl Compiling {
        fn end_last(&self) {
            let _ = self.client.flush();
            let (began, times) = &mut *lock(&self.since);
            if let Some((_, seconds)) = times.last_mut() {
                *seconds = began.elapsed().as_secs_f64();
            }
        }
    }

    impl LaunchObserver for Compiling {
        fn launched(&self, kernel: &'static str) {
            self.end_last();
            let (began, times) = &mut *lock(&self.since);
            times.push((short(kernel), 0.0));
            *began = Instant::now();
        }
    }

    pub(super) fn compile_times<R>(device: &Device, work: impl FnOnce() -> R) -> (R, Vec<Timed>) {
        let Some(client) = client(device) else { return (work(), Vec::new()) };
        let since = Mutex::new((Instant::now(), Vec::new()));
        let compiling = Arc::new(Compiling { client, since });
        let _dry_run = DryRun::new();
        let result = observed(compiling.clone(), work);
        compiling.end_last();
        (result, std::mem::take(&mut lock(&compiling.since).1))
    }

    /// Resolves when the device has done what was handed to it before.
    type Mark = Pin<Box<dyn Future<Output = ()> + Send>>;

    /// Marks the places before kernels that were not launched before.
    struct Marking {
        client: Client,
        handle: Handle,
        seen: Mutex<(HashSet<&'static str>, Vec<Mark>)>,
    }

    impl Marking {
        fn mark(&self) -> Mark {
            let (client, handle) = (self.client.clone(), self.handle.clone());
            let mut mark: Mark = Box::pin(async move {
                let _ = client.read_async(vec![handle]).await;
            });
            // The first poll hands the read to the device.
            match mark.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(()) => Box::pin(std::future::ready(())),
                Poll::Pending => mark,
            }
        }
    }

    impl LaunchObserver for Marking {
        fn launched(&self, kernel: &'static str) {
            let (seen, marks) = &mut *lock(&self.seen);
            if seen.insert(kernel) && seen.len() > 1 {
                marks.push(self.mark());
            }
        }
    }

    pub(super) fn compile_ahead<R>(
        device: &Device,
        work: impl FnOnce() -> R,
        progress: &mut dyn FnMut(usize, usize),
    ) {
        let Some(client) = client(device) else { return };
        let handle = client.create_from_slice(&[0; 4]);
        let marking = Arc::new(Marking { client, handle, seen: Mutex::default() });
        let _dry_run = DryRun::new();
        let result = observed(marking.clone(), work);
        let mut marks = std::mem::take(&mut lock(&marking.seen).1);
        marks.push(marking.mark());
        let all = marks.len();
        for (done, mark) in marks.into_iter().enumerate() {
            pollster::block_on(mark);
            progress(done + 1, all);
        }
        drop(result);
    }

    #[derive(Default)]
    struct Times(Mutex<Vec<Timed>>);

    impl LaunchObserver for Times {
        fn launched(&self, _: &'static str) {}

        fn timing(&self) -> TimingRequest {
            TimingRequest::Resolved
        }

        fn timed(&self, kernel: &'static str, duration: Duration, _: TimingMethod) {
            lock(&self.0).push((short(kernel), duration.as_secs_f64()));
        }
    }

    pub(super) fn launch_times<R>(work: impl FnOnce() -> R) -> (R, Vec<Timed>) {
        let times = Arc::new(Times::default());
        let result = observed(times.clone(), work);
        (result, std::mem::take(&mut *lock(&times.0)))
    }

    pub(super) fn largest_buffer(device: &Device) -> Option<u64> {
        Some(client(device)?.properties().memory.max_page_size)
    }

    pub(super) fn memory(device: &Device) -> Option<[u64; 2]> {
        let usage = client(device)?.memory_report(cubecl::MemoryScope::Device).usage();
        Some([usage.bytes_in_use, usage.bytes_reserved])
    }
}
