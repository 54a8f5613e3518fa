//! What a sweep is asked to do: a sweep file, and the flags, which win.

use super::problem::SweepProblem;
use crate::args::sweep::SweepArguments;
use charnn_bundle::Seed;
use charnn_config::DeviceChoice;
use charnn_sweep::{Axis, Halving, MOST_DIMENSIONS, Sampling, SweepFile};
use std::path::PathBuf;

/// The word before the sources that gathers results.
const COLLECT: &str = "collect";

pub(super) struct Request {
    pub(super) sources: Vec<PathBuf>,
    pub(super) axes: Vec<Axis>,
    pub(super) points: Option<u64>,
    pub(super) sampling: Sampling,
    /// Whether to gather what other processes have trained, and train nothing.
    pub(super) collects: bool,
    pub(super) seeds: u64,
    pub(super) seed: Seed,
    pub(super) jobs: usize,
    pub(super) halving: Option<Halving>,
    pub(super) name: String,
    pub(super) device: Option<DeviceChoice>,
}

impl Request {
    pub(super) fn new(arguments: &SweepArguments) -> Result<Self, SweepProblem> {
        let SweepArguments {
            sources,
            set,
            points,
            sobol,
            seeds,
            seed,
            jobs,
            halving,
            reduction,
            name,
            device,
            ..
        } = arguments;
        let (collects, sources) = match sources.split_first() {
            Some((first, rest)) if first.as_os_str() == COLLECT => (true, rest.to_vec()),
            _ => (false, sources.clone()),
        };
        let file = file(&sources)?;
        let mut axes = file.as_ref().map_or(Ok(Vec::new()), SweepFile::axes)?;
        for assignment in set {
            let axis = Axis::parse(assignment)?;
            axes.retain(|other| other.key != axis.key);
            axes.push(axis);
        }
        if axes.is_empty() {
            return Err(SweepProblem::NoAxes);
        }
        let (file, sources) = match file {
            Some(mut file) => {
                let sources = std::mem::take(&mut file.sources);
                (file, sources)
            }
            None => (SweepFile::default(), sources),
        };
        let reduction = reduction.or(file.reduction);
        let halving = halving.or(file.halving);
        if reduction.is_some() && halving.is_none() {
            return Err(SweepProblem::NoHalving);
        }
        let is_even = *sobol || file.sobol == Some(true);
        let sampling = if is_even { Sampling::Sobol } else { Sampling::Random };
        let points = points.or(file.points);
        if sampling == Sampling::Sobol && points.is_none() {
            return Err(SweepProblem::NoPoints);
        }
        let dimensions = axes.iter().filter(|axis| axis.varies()).count();
        if sampling == Sampling::Sobol && dimensions > MOST_DIMENSIONS {
            return Err(SweepProblem::Dimensions { found: dimensions });
        }
        let named = |word: String| {
            word.parse::<DeviceChoice>()
                .map_err(|error| SweepProblem::Device { why: error.to_string() })
        };
        Ok(Self {
            sources,
            axes,
            points,
            sampling,
            collects,
            seeds: seeds.or(file.seeds).unwrap_or(1),
            seed: Seed(seed.or(file.seed).unwrap_or(1)),
            jobs: jobs.or(file.jobs).unwrap_or(1),
            halving: halving.map(|steps| Halving { steps, reduction: reduction.unwrap_or(3) }),
            name: name.clone().or(file.name).unwrap_or_else(|| "sweep".to_owned()),
            device: device.map_or_else(|| file.device.map(named).transpose(), |it| Ok(Some(it)))?,
        })
    }
}

/// The sweep file, if the only source is one.
fn file(sources: &[PathBuf]) -> Result<Option<SweepFile>, SweepProblem> {
    let [path] = sources else { return Ok(None) };
    if path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("toml")) {
        return Ok(None);
    }
    // A file that cannot be read is reported as a configuration.
    Ok(SweepFile::read(path)?)
}
