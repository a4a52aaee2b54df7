/** On workerd, a `.wasm` import gives the compiled module. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
