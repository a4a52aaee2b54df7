/**
 * Certificates for the TLS tests: two authorities, servers and clients that they have signed, and some
 * with something wrong about them. Good from 2025 to 2075, the expired ones for a day. Made by, in an
 * empty folder:
 *
 * ```sh
 * printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\npolicy=p\ndefault_md=sha256\n\
 * unique_subject=no\n[p]\ncommonName=supplied\n' > ca.conf
 * : > index; echo 10 > serial
 * make() { # name, subject, extensions, who signs, the last year
 *   openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout $1.key -out $1.csr
 *   printf "$3" > $1.ext
 *   openssl ca -batch -notext -config ca.conf -startdate 20250101000000Z -enddate ${5:-2075}0102000000Z \
 *     -extfile $1.ext -in $1.csr -out $1.pem $4
 * }
 * AUTHORITY='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n'
 * HERE='subjectAltName=DNS:localhost,DNS:gearman.test,IP:127.0.0.1,IP:::1\n'
 * CLIENT='extendedKeyUsage=clientAuth\n'
 * BY_CA='-cert ca.pem -keyfile ca.key'
 * make ca 'Geartrain test CA' "$AUTHORITY" '-selfsign -keyfile ca.key'
 * make other 'Another test CA' "$AUTHORITY" '-selfsign -keyfile other.key'
 * make server localhost "$HERE" "$BY_CA"
 * make client client "$CLIENT" "$BY_CA"
 * make elsewhere elsewhere.test 'subjectAltName=DNS:elsewhere.test\n' "$BY_CA"
 * make expired localhost "$HERE" "$BY_CA" 2025
 * make late client "$CLIENT" "$BY_CA" 2025
 * make stranger client "$CLIENT" '-cert other.pem -keyfile other.key'
 * ```
 *
 * @module
 */

/** The authority that signed the server's and the client's certificates. */
export const CA = `-----BEGIN CERTIFICATE-----
MIIBazCCARGgAwIBAgIBEDAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFHZWFydHJh
aW4gdGVzdCBDQTAgFw0yNTAxMDEwMDAwMDBaGA8yMDc1MDEwMjAwMDAwMFowHDEa
MBgGA1UEAwwRR2VhcnRyYWluIHRlc3QgQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMB
BwNCAAR1IkUp6jHF0wP5jfytofQiywJqn9k6LEVH153GNsTUPcN7zK5ljfakbQb9
Bu1nQcq5otuWRXijH4Qkxsa1MKrfo0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1Ud
DwEB/wQEAwICBDAdBgNVHQ4EFgQUCfhv2raFMprR8C77+j14b2gljhIwCgYIKoZI
zj0EAwIDSAAwRQIgdeXHkjEIowBYgzOyy8Z2Lj9Qy10TIMUDkGze7cWCoK4CIQCP
0DT5276sizmYZyNjiQoKB/r5ytDrYqhXVF+fk0n2xQ==
-----END CERTIFICATE-----
`;

/** An authority that signed nothing but the stranger's. */
export const OTHER_CA = `-----BEGIN CERTIFICATE-----
MIIBZzCCAQ2gAwIBAgIBETAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9Bbm90aGVy
IHRlc3QgQ0EwIBcNMjUwMTAxMDAwMDAwWhgPMjA3NTAxMDIwMDAwMDBaMBoxGDAW
BgNVBAMMD0Fub3RoZXIgdGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BG1/GCsGgo0KoLtz3ysW85nd6Y9HGRxfMvL/yzEOCsG36iWyig2ybU26xJHJynTh
MDRvSpDBiodfbz0lOHFTOgOjQjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/
BAQDAgIEMB0GA1UdDgQWBBQvdFqewO+NI6FBvofIroNWQlpfzjAKBggqhkjOPQQD
AgNIADBFAiAF+3Nba6aRduLy2LPc5UdO7J9LQf1EUalpM8AMpPV1mgIhANTL/yu0
lD+hGu4hPWWVOBBp9/VDwLr+OogvpEFmokVn
-----END CERTIFICATE-----
`;

/** For `localhost`, `gearman.test`, `127.0.0.1` and `::1`. */
export const SERVER_CERT = `-----BEGIN CERTIFICATE-----
MIIBnzCCAUWgAwIBAgIBEjAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFHZWFydHJh
aW4gdGVzdCBDQTAgFw0yNTAxMDEwMDAwMDBaGA8yMDc1MDEwMjAwMDAwMFowFDES
MBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfnRX
oDbKf6wNYeXxKfryLxSm+byd4P9RoXBacMyeEpgoO+XruUdQxMe7MRnheqIDa/Ri
eWRjVhO+LHrOpvhDXaN+MHwwOgYDVR0RBDMwMYIJbG9jYWxob3N0ggxnZWFybWFu
LnRlc3SHBH8AAAGHEAAAAAAAAAAAAAAAAAAAAAEwHQYDVR0OBBYEFHk/TXZtqoKR
8hUUQpHoOlQY0PM5MB8GA1UdIwQYMBaAFAn4b9q2hTKa0fAu+/o9eG9oJY4SMAoG
CCqGSM49BAMCA0gAMEUCIB9cpXt7dommPf5p9BrODishoZ9MUyIzr58kKIBrpZCd
AiEAqwXa/8xAbFTBxZT5peJWASkNdwydoGn+7oM7YVr1LmA=
-----END CERTIFICATE-----
`;

export const SERVER_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFPu69fMmH/qnzRN7
g+vrR5/fVu2x93v5+UGyNxZVTH+hRANCAAR+dFegNsp/rA1h5fEp+vIvFKb5vJ3g
/1GhcFpwzJ4SmCg75eu5R1DEx7sxGeF6ogNr9GJ5ZGNWE74ses6m+ENd
-----END PRIVATE KEY-----
`;

/** For a client. */
export const CLIENT_CERT = `-----BEGIN CERTIFICATE-----
MIIBdjCCARugAwIBAgIBEzAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFHZWFydHJh
aW4gdGVzdCBDQTAgFw0yNTAxMDEwMDAwMDBaGA8yMDc1MDEwMjAwMDAwMFowETEP
MA0GA1UEAwwGY2xpZW50MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE44M5g0iA
r8BBfTXibZNfNfBGzubNCxSYD99b1R1QGzYVlitqnyhuYxyxMa9Inr0zUK8EGrxM
9rxyPFTHAaVfJ6NXMFUwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0OBBYEFCB5
sFjhWJA28ECnVrD1AHriuemVMB8GA1UdIwQYMBaAFAn4b9q2hTKa0fAu+/o9eG9o
JY4SMAoGCCqGSM49BAMCA0kAMEYCIQD6Foz41PXCkgv0E+GKotIFVxyH7bpduo0E
igmqPx07lgIhAPhNkbB/zpUaQbWpqUej1u7v+wYsLr2fCBYJC2SJrGLI
-----END CERTIFICATE-----
`;

export const CLIENT_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg27/TI7QjC8kIzryE
90jn3nCDKhE6g3GxwA0YWAwYGPyhRANCAATjgzmDSICvwEF9NeJtk1818EbO5s0L
FJgP31vVHVAbNhWWK2qfKG5jHLExr0ievTNQrwQavEz2vHI8VMcBpV8n
-----END PRIVATE KEY-----
`;

/** SHA-256 of {@linkcode CLIENT_CERT}: `openssl x509 -noout -fingerprint -sha256 -in client.pem`. */
export const CLIENT_FINGERPRINT =
  "8B:23:B0:D8:98:74:52:F6:0C:3B:46:DC:C6:B2:31:39:D8:CC:4E:44:B5:81:DD:8E:F0:6A:CF:D6:85:BB:27:2B";

/** For a server, but for `elsewhere.test` alone. */
export const ELSEWHERE_CERT = `-----BEGIN CERTIFICATE-----
MIIBgzCCASmgAwIBAgIBFDAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFHZWFydHJh
aW4gdGVzdCBDQTAgFw0yNTAxMDEwMDAwMDBaGA8yMDc1MDEwMjAwMDAwMFowGTEX
MBUGA1UEAwwOZWxzZXdoZXJlLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AARaJxFLcty9b2a43fpyJmACfHMe+34n46pJpIb7ZUGTMsvXIDAZ7vG9gjy9ZLS+
bWyvw1aB3DsYccwTPaj8G5yto10wWzAZBgNVHREEEjAQgg5lbHNld2hlcmUudGVz
dDAdBgNVHQ4EFgQU9Vwzda8j990mA2kvAsdx2/UM/D0wHwYDVR0jBBgwFoAUCfhv
2raFMprR8C77+j14b2gljhIwCgYIKoZIzj0EAwIDSAAwRQIgT/ljWKw22bRfPsGh
19weVn8JJSTKy1F+i/cHuB0mja8CIQDL6z7gUEq+n9wmkSYa0ZT4WZVsOvKk6ALW
7oL/I/i8NQ==
-----END CERTIFICATE-----
`;

export const ELSEWHERE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZkGQZsj9KWKrUEGR
P1qP7PetiNnuw14un/6PHLCQfqGhRANCAARaJxFLcty9b2a43fpyJmACfHMe+34n
46pJpIb7ZUGTMsvXIDAZ7vG9gjy9ZLS+bWyvw1aB3DsYccwTPaj8G5yt
-----END PRIVATE KEY-----
`;

/** For a server in all its names, but good for a day of 2025 alone. */
export const EXPIRED_CERT = `-----BEGIN CERTIFICATE-----
MIIBnjCCAUOgAwIBAgIBFTAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFHZWFydHJh
aW4gdGVzdCBDQTAeFw0yNTAxMDEwMDAwMDBaFw0yNTAxMDIwMDAwMDBaMBQxEjAQ
BgNVBAMMCWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCGkM4/t
uEoRFzsalWGFhoOHjTCztHBNPxv2iYdKd8cN7MdJitW5lGs28dkdwNMPC42eSyyp
N/pfR362HLENVNejfjB8MDoGA1UdEQQzMDGCCWxvY2FsaG9zdIIMZ2Vhcm1hbi50
ZXN0hwR/AAABhxAAAAAAAAAAAAAAAAAAAAABMB0GA1UdDgQWBBTLvahQn99roZhS
MsJIFuwfX1VnEzAfBgNVHSMEGDAWgBQJ+G/atoUymtHwLvv6PXhvaCWOEjAKBggq
hkjOPQQDAgNJADBGAiEA5usNn/1o5rSG1agQ2wgvibZX1png4pegiFjwtDpT8NcC
IQCsYJl9cGx7klLhSlw7GOT2ATPH9r5KQr3hPkpQ5gTJoA==
-----END CERTIFICATE-----
`;

export const EXPIRED_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHb0CS+E1f1AL0oce
xX3++pU3dnMtesjRa8BMTpqnnc6hRANCAAQhpDOP7bhKERc7GpVhhYaDh40ws7Rw
TT8b9omHSnfHDezHSYrVuZRrNvHZHcDTDwuNnkssqTf6X0d+thyxDVTX
-----END PRIVATE KEY-----
`;

/** For a client, but good for a day of 2025 alone. */
export const EXPIRED_CLIENT_CERT = `-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIBFjAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFHZWFydHJh
aW4gdGVzdCBDQTAeFw0yNTAxMDEwMDAwMDBaFw0yNTAxMDIwMDAwMDBaMBExDzAN
BgNVBAMMBmNsaWVudDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLvbfgRHx+tS
x7Fg/oTr8SqSgFgjXlTVL0IRHUKzPHU9aeOmpbgt53dbdCPpg50hA2n6RUyWO3SU
RrAUVNq9iUCjVzBVMBMGA1UdJQQMMAoGCCsGAQUFBwMCMB0GA1UdDgQWBBTB+2ZA
CzjjfUeMAVUpL3i2hZCFazAfBgNVHSMEGDAWgBQJ+G/atoUymtHwLvv6PXhvaCWO
EjAKBggqhkjOPQQDAgNIADBFAiEA0k04ffsw7pXkqe6OWN4QiqrtewjOY0JuqpDF
ll9I2OACIDNoYIxuVgAmtHmYCFliA0lnIGhNEWOTJRKDxh8a5eFG
-----END CERTIFICATE-----
`;

export const EXPIRED_CLIENT_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1ztmeUH+ixcDm6nQ
+7SIIKiLxvsw3jSgi4wxzWfvOHGhRANCAAS7234ER8frUsexYP6E6/EqkoBYI15U
1S9CER1Cszx1PWnjpqW4Led3W3Qj6YOdIQNp+kVMljt0lEawFFTavYlA
-----END PRIVATE KEY-----
`;

/** For a client, signed by the other authority. */
export const STRANGER_CERT = `-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIBFzAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9Bbm90aGVy
IHRlc3QgQ0EwIBcNMjUwMTAxMDAwMDAwWhgPMjA3NTAxMDIwMDAwMDBaMBExDzAN
BgNVBAMMBmNsaWVudDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBtU93MWCzvk
yaQ6aIg966Ho1VEFxYTqzYp8CZc+qe+oGxHcS+t5XBA6Lbw0H9XkD7OB0Yv5Gc1P
qPstnQjzKP6jVzBVMBMGA1UdJQQMMAoGCCsGAQUFBwMCMB0GA1UdDgQWBBQ01buJ
caM5hINWDg+wPFhB971wYzAfBgNVHSMEGDAWgBQvdFqewO+NI6FBvofIroNWQlpf
zjAKBggqhkjOPQQDAgNIADBFAiEA5GXqHRCeC+eVXxkHNuUfQRe2qTppeoZmQyS7
YRxaK50CIDSjS8UNZ23NWjKKSEs8yGwWiSS3B5PTfXKDGqUuTv7k
-----END CERTIFICATE-----
`;

export const STRANGER_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbHALG1r90PC+hEuy
KrG/l9FeYjEcJqYfakO03iUmLbahRANCAAQbVPdzFgs75MmkOmiIPeuh6NVRBcWE
6s2KfAmXPqnvqBsR3EvreVwQOi28NB/V5A+zgdGL+RnNT6j7LZ0I8yj+
-----END PRIVATE KEY-----
`;
