//! `charnn devices`: what there is to compute with.

use crate::failure::Failure;
use crate::output::data;
use charnn_kernels::device::{DeviceChoice, adapters, cpu_name, open};

pub(crate) fn run() -> Result<(), Failure> {
    let chosen = open(DeviceChoice::Auto)?;
    data(&format!("cpu       {}\n", cpu_name()))?;
    for adapter in adapters() {
        let word = if adapter.software { "software" } else { "gpu" };
        let driver = if adapter.driver.is_empty() {
            String::new()
        } else {
            format!("; driver {}", adapter.driver)
        };
        data(&format!("{word:<9} {} ({}{driver})\n", adapter.name, adapter.api))?;
    }
    data(&format!("\n--device auto takes: {} ({})\n", chosen.name, chosen.why))
}
