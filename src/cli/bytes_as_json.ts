/** Bytes in JSON: as text where they are UTF-8, else in base64, under a name that says so. */

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `{ name: text }`, or `{ nameBase64: text }`. */
export function bytesAsJson(name: string, bytes: Uint8Array): Readonly<Record<string, string>> {
  try {
    return { [name]: utf8.decode(bytes) };
  } catch {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return { [`${name}Base64`]: btoa(text) };
  }
}
