//! Commands that several processes carry out together, started by `mpiexec` or `srun`.

use crate::environment;
use crate::failure::Failure;
use crate::training;
use charnn_config::{DeviceChoice, RunConfig, Settings};
use charnn_kernels::device::open;
use charnn_mpi::{Communicator, Mpi, library_names};
use charnn_train::{Leader, RanksError, device_choice, follow};

/// Carries out `lead`: alone, or as rank 0, while the other ranks follow.
pub(crate) fn on_ranks(
    lead: impl FnOnce(Option<&Leader<'_>>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let Some(launch) = environment::launch() else { return lead(None) };
    let libraries = library_names(&launch.launchers);
    let mpi = Mpi::join(&libraries, launch.size)
        .map_err(|source| training::Failure::Mpi { rank: launch.rank, source })?;
    let rank = mpi.rank();
    let result = match rank {
        0 if mpi.size() == 1 => lead(None),
        0 => lead(Some(&Leader::new(&mpi))),
        _ => {
            ignore_signals();
            follow_on_cpu(&mpi)
        }
    };
    if rank > 0 && matches!(&result, Err(Failure::Training(training::Failure::Fault(_)))) {
        drop(mpi); // in the middle of a step: ends all ranks
    } else {
        mpi.finish();
    }
    result
}

fn follow_on_cpu(mpi: &Mpi) -> Result<(), Failure> {
    let opened = open(device_choice(DeviceChoice::Cpu))?;
    let rank = mpi.rank();
    follow(mpi, &opened.device).map_err(|source| match source {
        RanksError::Device(fault) => training::Failure::Fault(fault).into(),
        source => training::Failure::Ranks { rank, source }.into(),
    })
}

/// Sets one group of batch rows for each rank, unless groups are configured. Whether it did.
pub(crate) fn divide(settings: &mut Settings, leader: &Leader<'_>) -> bool {
    let is_default = settings.preview().train.gradient_groups == 1;
    if is_default {
        let ranks = i64::try_from(leader.size()).unwrap_or(i64::MAX);
        settings.flag("mpiexec -n", "train.gradient_groups", ranks);
    }
    is_default
}

/// Checks what ranks need of a configuration.
pub(crate) fn check(config: &RunConfig, leader: Option<&Leader<'_>>) -> Result<(), Failure> {
    let Some(leader) = leader else { return Ok(()) };
    let device = config.train.device;
    if !matches!(device, DeviceChoice::Auto | DeviceChoice::Cpu) {
        return Err(training::Failure::RanksOnCpu { device }.into());
    }
    Ok(leader.check(&config.train)?)
}

/// Signals reach all ranks; rank 0 decides what happens, and the others follow.
fn ignore_signals() {
    #[cfg(unix)]
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        #[expect(unsafe_code, reason = "the standard library has no such function")]
        // SAFETY: ignoring a signal installs no handler.
        unsafe {
            libc::signal(signal, libc::SIG_IGN);
        }
    }
}
