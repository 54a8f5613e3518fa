//! `charnn devices`: what there is to compute with.

use crate::failure::Failure;
use crate::output::data;
use charnn_kernels::device::{DeviceChoice, adapters, cpu_name, open};

pub(crate) fn run() -> Result<(), Failure> {
    let chosen = open(DeviceChoice::Auto)?;
    data(&format!("cpu       {}\n", cpu_name()))?;
    for adapter in adapters() {
        let word = if adapter.software { "software" } else { "gpu" };
        data(&format!("{word:<9} {} ({})\n", adapter.name, adapter.api))?;
    }
    data(&format!("\n--device auto takes: {} ({})\n", chosen.name, chosen.why))
}
