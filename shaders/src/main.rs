//! Checks the kernels that charnn generates, without a GPU.
//!
//! `charnn-shaders LOG FOLDER` reads the compilation log of CubeCL. Every kernel must be valid, its barriers
//! must be in uniform control flow, it must translate to the shading languages of Metal, DirectX and Vulkan,
//! and it must keep to the limits that every adapter of WebGPU has. WGSL and SPIR-V go into FOLDER.
//!
//! `charnn-shaders --misuse` makes a mistake that a validation layer must report.
//!
//! With `RADV_FORCE_FAMILY` (such as `navi21`) and Mesa's driver for AMD, each kernel is also compiled for that
//! GPU, which need not exist: no registers may spill, and the code must fit its instruction cache.

mod amd;
mod misuse;
mod uniform;

use naga::back::{hlsl, msl, spv};
use naga::proc::{BoundsCheckPolicies, Layouter};
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{AddressSpace, Module, ShaderStage};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// Buffers of a kernel: a gathering of 14 tensors has the copy, the sums and the scalars besides. Launches
/// bind no more than the adapter has.
const MOST_BUFFERS: usize = 17;
/// Units of a workgroup.
const MOST_UNITS: u32 = 256;
/// Bytes of code for AMD: the instruction cache of RDNA.
const MOST_CODE: u64 = 32 << 10;
/// Bytes that the units of a workgroup share.
const MOST_SHARED: u32 = 16 << 10;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["--misuse"] {
        return match misuse::record() {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => {
                eprintln!("{why}");
                ExitCode::FAILURE
            }
        };
    }
    let [log, folder, rest @ ..] = &arguments[..] else {
        eprintln!("charnn-shaders LOG FOLDER [BYTES OF SHARED MEMORY [BUFFERS]]");
        return ExitCode::from(2);
    };
    let most_shared = rest.first().map_or(MOST_SHARED, |text| text.parse().expect("a number"));
    let most_buffers = rest.get(1).map_or(MOST_BUFFERS, |text| text.parse().expect("a number"));
    let most = Most { shared: most_shared, buffers: most_buffers };
    let log = std::fs::read_to_string(log).expect("the log can be read");
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder).expect("the folder can be made");
    let amd = match amd::Compiler::new() {
        Ok(amd) => amd,
        Err(why) => {
            eprintln!("the compiler for AMD: {why}");
            return ExitCode::FAILURE;
        }
    };
    let (mut kernels, mut failed, mut largest) = (0, 0, BTreeMap::<String, Size>::new());
    for (number, (name, source)) in sources(&log).into_iter().enumerate() {
        kernels += 1;
        let file = folder.join(format!("{number:03}-{name}"));
        std::fs::write(file.with_extension("wgsl"), &source).expect("the folder can be written");
        let checked = check(&source, most).and_then(|(words, module, mut size)| {
            if let Some(amd) = &amd {
                size.amd = amd.compile(&words, &module)?;
                if size.amd.spilled > 0 || size.amd.code > MOST_CODE {
                    return Err(format!("too large for AMD: {:?}", size.amd));
                }
            }
            Ok((words, size))
        });
        match checked {
            Ok((words, size)) => {
                let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
                std::fs::write(file.with_extension("spv"), bytes).expect("as above");
                largest.entry(name).or_default().grow(size);
            }
            Err(why) => {
                failed += 1;
                eprintln!("{}: {why}", file.display());
            }
        }
    }
    let head = ["SPIR-V", "shared", "units", "buffers", "AMD code", "VGPRs", "waves"];
    println!("{:<16}{}", "kernel", head.map(|word| format!("{word:>10}")).concat());
    for (name, Size { spirv, shared, units, buffers, amd }) in largest {
        let numbers = [spirv as u64, shared.into(), units.into(), buffers as u64]
            .into_iter()
            .chain([amd.code, amd.registers, amd.waves]);
        println!("{name:<16}{}", numbers.map(|it| format!("{it:>10}")).collect::<String>());
    }
    println!("{kernels} kernels, {failed} failed");
    if failed > 0 || kernels == 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Name and WGSL of every kernel of ours in a log; burn's own are not checked here.
fn sources(log: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for entry in log.split("[START_KERNEL_COMPILATION]").skip(1) {
        let Some((head, rest)) = entry.split_once("source:\n```") else { continue };
        let Some((_, rest)) = rest.split_once('\n') else { continue };
        let Some((source, _)) = rest.split_once("\n```\n[END_KERNEL_COMPILATION]") else {
            continue;
        };
        let name = head.lines().find_map(|line| line.strip_prefix("name: ")).unwrap_or("kernel");
        let name = name.split(['<', ' ', '|']).next().unwrap_or(name);
        let is_ours = head.contains("charnn_kernels") || OURS.iter().any(|it| name.ends_with(it));
        let name = name.rsplit("::").next().unwrap_or(name).to_owned();
        let known = found.iter().any(|(_, known)| known == source);
        if is_ours && !known {
            found.push((name, source.to_owned()));
        }
    }
    found
}

/// Our kernels.
const OURS: [&str; 15] = [
    "ForwardSteps",
    "BackwardSteps",
    "ForwardStep",
    "BackwardStep",
    "BackwardEnd",
    "ForwardAlone",
    "BackwardAlone",
    "Compute",
    "Add",
    "CrossEntropy",
    "TotalOf",
    "SumByRow",
    "GatherBlocks",
    "UpdateAll",
    "JudgeKernel",
];

/// What a kernel may take.
#[derive(Debug, Clone, Copy)]
struct Most {
    /// Bytes that a workgroup shares.
    shared: u32,
    buffers: usize,
}

/// What a kernel takes.
#[derive(Debug, Default, Clone, Copy)]
struct Size {
    /// Bytes of SPIR-V.
    spirv: usize,
    /// Bytes that a workgroup shares.
    shared: u32,
    units: u32,
    buffers: usize,
    amd: amd::Size,
}

impl Size {
    fn grow(&mut self, other: Self) {
        self.spirv = self.spirv.max(other.spirv);
        self.shared = self.shared.max(other.shared);
        self.units = self.units.max(other.units);
        self.buffers = self.buffers.max(other.buffers);
        self.amd = self.amd.largest(other.amd);
    }
}

/// The SPIR-V of a kernel and its size, or what is wrong.
fn check(source: &str, most: Most) -> Result<(Vec<u32>, Module, Size), String> {
    let module = naga::front::wgsl::parse_str(source).map_err(|it| it.emit_to_string(source))?;
    // No features: neither subgroups, nor 64-bit integers, nor atomic floats.
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
    let info = validator.validate(&module).map_err(|it| it.emit_to_string(source))?;
    for entry in &module.entry_points {
        uniform::check(&module, entry)?;
    }
    let words = translate(&module, &info)?;
    let size = size(&module, words.len() * 4)?;
    if size.buffers > most.buffers || size.units > MOST_UNITS || size.shared > most.shared {
        return Err(format!("too large: {size:?}"));
    }
    Ok((words, module, size))
}

fn size(module: &Module, spirv: usize) -> Result<Size, String> {
    let mut layouter = Layouter::default();
    layouter.update(module.to_ctx()).map_err(|error| error.to_string())?;
    let mut size = Size { spirv, ..Size::default() };
    for (_, variable) in module.global_variables.iter() {
        match variable.space {
            AddressSpace::WorkGroup => size.shared += layouter[variable.ty].size,
            AddressSpace::Storage { .. } | AddressSpace::Uniform => size.buffers += 1,
            _ => {}
        }
    }
    for entry in &module.entry_points {
        size.units = size.units.max(entry.workgroup_size.iter().product());
    }
    Ok(size)
}

/// Translates to Metal, both shader models of DirectX, and SPIR-V, of which it returns the words.
fn translate(module: &Module, info: &ModuleInfo) -> Result<Vec<u32>, String> {
    for lang_version in [(2, 0), (3, 1)] {
        let options = msl::Options {
            lang_version,
            zero_initialize_workgroup_memory: false,
            force_loop_bounding: false,
            ..msl::Options::default()
        };
        let (source, _) =
            msl::write_string(module, info, &options, &msl::PipelineOptions::default())
                .map_err(|error| format!("Metal: {error}"))?;
        let barriers = source.matches("threadgroup_barrier").count();
        if source.contains("threadgroup ") && module_has_barriers(module) && barriers == 0 {
            return Err("Metal: the barriers are gone".to_owned());
        }
    }
    for shader_model in [hlsl::ShaderModel::V5_1, hlsl::ShaderModel::V6_0] {
        let options = hlsl::Options { shader_model, ..hlsl::Options::default() };
        let pipeline = hlsl::PipelineOptions::default();
        let mut source = String::new();
        hlsl::Writer::new(&mut source, &options, &pipeline)
            .write(module, info, None)
            .map_err(|error| format!("DirectX: {error}"))?;
    }
    let options = spv::Options {
        lang_version: (1, 3),
        bounds_check_policies: BoundsCheckPolicies::default(),
        zero_initialize_workgroup_memory: spv::ZeroInitializeWorkgroupMemoryMode::None,
        force_loop_bounding: false,
        ..spv::Options::default()
    };
    let entry = module.entry_points.first().ok_or("no entry point")?;
    let pipeline = spv::PipelineOptions {
        shader_stage: ShaderStage::Compute,
        entry_point: entry.name.clone(),
    };
    spv::write_vec(module, info, &options, Some(&pipeline))
        .map_err(|error| format!("SPIR-V: {error}"))
}

fn module_has_barriers(module: &Module) -> bool {
    module.entry_points.iter().any(|entry| uniform::has_barriers(&entry.function.body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kernel(body: &str) -> String {
        format!(
            "@group(0) @binding(0) var<storage, read_write> numbers: array<f32>;
            @group(0) @binding(1) var<uniform> count: u32;
            var<workgroup> parts: array<f32, 64>;
            @compute @workgroup_size(64)
            fn main(@builtin(local_invocation_id) unit: vec3<u32>, @builtin(workgroup_id) cube: vec3<u32>) {{
                {body}
            }}"
        )
    }

    const MOST: Most = Most { shared: MOST_SHARED, buffers: MOST_BUFFERS };

    fn result(body: &str) -> Result<(), String> {
        check(&kernel(body), MOST).map(|_| ())
    }

    #[test]
    fn barriers_that_all_units_reach_are_accepted() {
        for body in [
            "workgroupBarrier();",
            "for (var i = 0u; i < count; i++) { parts[unit.x] = 1.0; workgroupBarrier(); }",
            "if cube.x < count { workgroupBarrier(); }",
            "if unit.x < 3u { numbers[unit.x] = 1.0; } workgroupBarrier();",
            "var x = 0u; if cube.x == 1u { x = 2u; } if x == 2u { workgroupBarrier(); }",
        ] {
            assert_eq!(result(body), Ok(()), "{body}");
        }
    }

    #[test]
    fn barriers_that_some_units_may_miss_are_found() {
        for body in [
            "if unit.x < 3u { workgroupBarrier(); }",
            "for (var i = 0u; i < unit.x; i++) { workgroupBarrier(); }",
            "if numbers[0] > 1.0 { workgroupBarrier(); }",
            "if unit.x < 3u { return; } workgroupBarrier();",
            "var x = 0u; if unit.x == 1u { x = 2u; } if x == 2u { workgroupBarrier(); }",
            "loop { if unit.x < 3u { break; } workgroupBarrier(); }",
            "var x = unit.x; loop { workgroupBarrier(); x += 1u; if x > 5u { break; } }",
        ] {
            let error = result(body).expect_err(body);
            assert!(error.contains("barrier"), "{body}: {error}");
        }
    }

    #[test]
    fn kernels_beyond_the_limits_of_every_adapter_are_found() {
        let large = kernel("workgroupBarrier();").replace("64>", "8192>");
        let error = check(&large.replace("workgroupBarrier();", "parts[0] = 1.0;"), MOST);
        assert!(error.expect_err("32 KiB").contains("too large"));
        assert!(result("numbers[0] = subgroupAdd(1.0);").is_err());
        let both = kernel("numbers[0] = f32(count);");
        assert!(check(&both, Most { buffers: 2, ..MOST }).is_ok());
        assert!(check(&both, Most { buffers: 1, ..MOST }).is_err());
    }

    #[test]
    fn a_log_gives_its_kernels_once() {
        let entry = |name: &str, source: &str| {
            format!(
                "[START_KERNEL_COMPILATION]\nname: {name}\nid: 1\nsource:\n```wgsl\n{source}\n```\n\
                 [END_KERNEL_COMPILATION]\n"
            )
        };
        let log = entry("charnn_kernels::gpu::sums::TotalOf", "a")
            + &entry("charnn_kernels::gpu::sums::TotalOf", "a")
            + &entry("burn_cubecl::Unary", "b");
        assert_eq!(sources(&log), [("TotalOf".to_owned(), "a".to_owned())]);
    }
}
