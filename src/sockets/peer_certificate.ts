/**
 * What Node, Deno and Bun tell of a client's certificate, in the words of the contract.
 *
 * @module
 */
import type { PeerCertificate } from "./socket.ts";

/** What is used of the object that all three make of a certificate. Node's is empty where there is none. */
export interface CertificateView {
  readonly subject?: { readonly CN?: string | readonly string[] };
  readonly fingerprint256?: string;
}

/**
 * Names are those of the subject alone. The alternative names come as one text, in which Deno quotes
 * nothing: a URI that holds ", DNS:admin" would read as that name.
 */
export function peerCertificate(view: CertificateView | null): PeerCertificate | undefined {
  if (view?.fingerprint256 === undefined) return undefined;
  return { names: [view.subject?.CN ?? []].flat(), fingerprint: view.fingerprint256 };
}
