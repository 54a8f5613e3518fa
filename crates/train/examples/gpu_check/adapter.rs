//! What the adapter is, and how long it takes to compile kernels.

use crate::speed;
use burn::tensor::Device;
use charnn_kernels::device::{AdapterLimits, Opened, Timed, adapters, compile_times};
use charnn_train::start_step;
use serde_json::{Value, json};

pub(crate) fn describe(opened: &Opened) -> Value {
    let listed = adapters().into_iter().map(|it| {
        let AdapterLimits { largest_buffer, shared_memory, units, buffers, subgroups } = it.limits;
        json!({
            "name": it.name, "api": it.api, "driver": it.driver,
            "kind": format!("{:?}", it.kind),
            "largest_buffer": largest_buffer, "workgroup_memory": shared_memory,
            "workgroup_units": units, "buffers": buffers, "subgroups": subgroups,
            "features": it.features,
        })
    });
    json!({
        "device": opened.name.to_string(),
        "largest_tensor": opened.largest_buffer,
        "adapters": listed.collect::<Vec<_>>(),
        "kernels": "WGSL, translated by naga",
    })
}

/// Seconds until the kernels of each workload are compiled, as far as the driver does that before it runs
/// them.
pub(crate) fn compile(device: &Device) -> Result<Value, String> {
    let mut found = serde_json::Map::new();
    for (name, workload) in speed::workloads() {
        let config = workload.config();
        let (started, mut times) = compile_times(device, || {
            let batch = workload.batch(0);
            start_step(speed::start(&config, device), &[batch], 1e-3, &config, None).map(|_| ())
        });
        started.map_err(|fault| fault.to_string())?;
        let total: f64 = times.iter().map(|(_, seconds)| seconds).sum();
        times.retain(|(_, seconds)| *seconds > 1e-3);
        times.sort_by(|a, b| b.1.total_cmp(&a.1));
        let compiled = times.len();
        let slowest =
            times.into_iter().take(12).map(|(name, seconds): Timed| json!([name, seconds]));
        found.insert(
            name.to_owned(),
            json!({
                "seconds": total, "compiled": compiled, "slowest": slowest.collect::<Vec<_>>(),
            }),
        );
    }
    Ok(Value::Object(found))
}
