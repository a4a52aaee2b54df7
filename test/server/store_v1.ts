/** A store as version 1 of the tables had it: written by the program of that time, and packed. */
import { writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Buffer } from "node:buffer";

/** What it holds, as `jobText()` puts it. */
export const JOBS_OF_VERSION_1: readonly string[] = [
  "1 resize|cat|cat.jpg retries 2",
  "2 resize||dog.jpg priority 0 reducer join",
  "4 resize||later priority 2 not before 1900000000000",
];

const PACKED = `
H4sIAAAAAAACA+3ZTWsTQRgH8Gc2CV1r2y2ltU2pOOaiBSmIFw8KJmUpwZjqdhXai9kk07hpslN3Z/EFezB4Lwh+AK9+
AxX9ACp48Kp+APHq3dlsfE8O0ovI/8fOsDvPzDPPLntZduNKxVeCb8uw6yl+hqbJMOgC50Rk6JahH5Lr7E/XbNBoTXgh
DWfQyqNXk8nJVIGm3ugOAAAAAAAA/lH3Txhj8/k86y0rr94RSiqvE6V9ZtWxi67N3WKpYvN0jJ8c51ogbiterrr2mu3w
6rrLq1crlVP9UFvWoxGhKO6OiDRuiMbOsLCOLvMN1ymvur3TbGx+bo49sPuVJvskzfilyv7ugxrjbl2E3zNedsqXis4m
v2hvpntux0FD+TLgpcp66bd64sC/OWz8lgx3OtJrDovthr4MfXVnxC2Gohk3dD3JynQkkOp6XehvczFyiQp9ER3gmU1a
jyljbZG1Zb2w9qw9vO8AAAAAAAAAf+M4G6eFmcVDZLJcKCL/rmh4Sh8r7d2WQfTlbe1oIaunTBxhlDMHUzqeEqHBntXe
ndUp9j+c71kfaWlhYlan+TanJQNB9P7aJ/eYkaxfNGdNM5vGmrKV5G9LP7D37x3WOQppDeYfNRA9rXWeJ//mmfWZ9AEA
AAAAAAAA/4EZljNYLjvNMkSvz+WfxEsvH34FY/jcPwAwAAA=
`;

/** Writes it to a path. */
export function writeVersion1(path: string): void {
  writeFileSync(path, gunzipSync(Buffer.from(PACKED, "base64")));
}
