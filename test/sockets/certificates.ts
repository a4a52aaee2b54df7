/**
 * Certificates for the TLS tests, good from 2025 to 2075: two authorities, and a server and a client
 * that the first of them has signed. Made by, in an empty folder:
 *
 * ```sh
 * printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\npolicy=p\ndefault_md=sha256\n\
 * unique_subject=no\n[p]\ncommonName=supplied\n' > ca.conf
 * : > index; echo 10 > serial
 * make() { # name, subject, extensions, who signs
 *   openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout $1.key -out $1.csr
 *   printf "$3" > $1.ext
 *   openssl ca -batch -notext -config ca.conf -startdate 20250101000000Z -enddate 20750101000000Z \
 *     -extfile $1.ext -in $1.csr -out $1.pem $4
 * }
 * AUTHORITY='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n'
 * make ca 'Geartrain test CA' "$AUTHORITY" '-selfsign -keyfile ca.key'
 * make other 'Another test CA' "$AUTHORITY" '-selfsign -keyfile other.key'
 * make server localhost 'subjectAltName=DNS:localhost,DNS:gearman.test,IP:127.0.0.1,IP:::1\n' '-cert ca.pem -keyfile ca.key'
 * make client client 'extendedKeyUsage=clientAuth\n' '-cert ca.pem -keyfile ca.key'
 * ```
 *
 * @module
 */

/** The authority that signed the server's and the client's certificates. */
export const CA = `-----BEGIN CERTIFICATE-----
MIIBazCCARGgAwIBAgIBEDAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFHZWFydHJh
aW4gdGVzdCBDQTAgFw0yNTAxMDEwMDAwMDBaGA8yMDc1MDEwMTAwMDAwMFowHDEa
MBgGA1UEAwwRR2VhcnRyYWluIHRlc3QgQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMB
BwNCAAQWj7Z+B+GTOfpc4MjbsWwyGn3jSFF6ZprsuEQPVwbcA+FPEOwxlD36lSNV
jTKHUh1FiPfCieqArg+cX8yHAEWuo0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1Ud
DwEB/wQEAwICBDAdBgNVHQ4EFgQUzIBNbmkOq67p3EarWJ1E3MfUEy4wCgYIKoZI
zj0EAwIDSAAwRQIhALJBlW1WvQXAkFDkW3ZqTAGrbCB9GGM6ozI+V2OQB2uGAiBZ
bVmARAH49K3RwaaJtNJEezeVFsDYOTQVDxo3s+ViSQ==
-----END CERTIFICATE-----
`;

/** An authority that signed nothing. */
export const OTHER_CA = `-----BEGIN CERTIFICATE-----
MIIBZzCCAQ2gAwIBAgIBETAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9Bbm90aGVy
IHRlc3QgQ0EwIBcNMjUwMTAxMDAwMDAwWhgPMjA3NTAxMDEwMDAwMDBaMBoxGDAW
BgNVBAMMD0Fub3RoZXIgdGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BNXS9YiEU0A9MKVpnv5Pf3nDcv+lWimh9yp/1F/5A+ZDS/Ykf8ErBly48+Hi7nGL
T40vbs+OxdVTMrdhPmZhSFmjQjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/
BAQDAgIEMB0GA1UdDgQWBBRi7NKHD3ULxoUPhT7camtBaUCjIjAKBggqhkjOPQQD
AgNIADBFAiEAh4ys6YpLE+SaXzMA99blLv2Dnequqpo0dx5X3sN233ACIEUlOinF
9rQydVMw0DW4cxpjJg9HjymKI5u2RWSKkjlo
-----END CERTIFICATE-----
`;

/** For `localhost`, `gearman.test`, `127.0.0.1` and `::1`. */
export const SERVER_CERT = `-----BEGIN CERTIFICATE-----
MIIBnjCCAUWgAwIBAgIBEjAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFHZWFydHJh
aW4gdGVzdCBDQTAgFw0yNTAxMDEwMDAwMDBaGA8yMDc1MDEwMTAwMDAwMFowFDES
MBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEr9qD
tE1tUGg5+TYPEeS0dUJBUP5p4QFY7wcX8zlpbp1pkGGZ7iYjkdNBTUGe8JU9r/Lq
mdycRxBKEbz2ZCT3t6N+MHwwOgYDVR0RBDMwMYIJbG9jYWxob3N0ggxnZWFybWFu
LnRlc3SHBH8AAAGHEAAAAAAAAAAAAAAAAAAAAAEwHQYDVR0OBBYEFOllxu1r/aPj
sy8sw2ZzjFQ3doioMB8GA1UdIwQYMBaAFMyATW5pDquu6dxGq1idRNzH1BMuMAoG
CCqGSM49BAMCA0cAMEQCIDFlizlLF47ToNO2RqMUPJ39Q8Fh5EKXPh3XEnTabhsC
AiAc8WroTcyQj3rznaV8GWl1T9oah7BpmZxrw4Et1lAtXQ==
-----END CERTIFICATE-----
`;

export const SERVER_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgt5UEnuFfAXBevIPo
yDBRE6s80+orXBG0TJKaYj7nF5ShRANCAASv2oO0TW1QaDn5Ng8R5LR1QkFQ/mnh
AVjvBxfzOWlunWmQYZnuJiOR00FNQZ7wlT2v8uqZ3JxHEEoRvPZkJPe3
-----END PRIVATE KEY-----
`;

/** For a client. */
export const CLIENT_CERT = `-----BEGIN CERTIFICATE-----
MIIBdjCCARugAwIBAgIBEzAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFHZWFydHJh
aW4gdGVzdCBDQTAgFw0yNTAxMDEwMDAwMDBaGA8yMDc1MDEwMTAwMDAwMFowETEP
MA0GA1UEAwwGY2xpZW50MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEvKdjB8rN
TpqnQz3H4ycXWGRAjuWXK1esvu4bG6ozYnSK/jO5eAxLjPjTPSqWC7KXeRKXYRUV
bwKz3NMS5uwYbaNXMFUwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0OBBYEFPAe
qS9xnI7CC6PhWuFxfSTkkGlGMB8GA1UdIwQYMBaAFMyATW5pDquu6dxGq1idRNzH
1BMuMAoGCCqGSM49BAMCA0kAMEYCIQCg7RdWFXSm4eqquHMMongSdq80+g0ZipMs
kVKiGvjhGQIhAM+gk1aOm+3F6roWvS5cmxj81Ck1SWkIf0TzTGZeIp4C
-----END CERTIFICATE-----
`;

export const CLIENT_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/y/eEHMRYadZ6Idx
f3NB2oduwR1ZgRn7GjXGX84wNxihRANCAAS8p2MHys1OmqdDPcfjJxdYZECO5Zcr
V6y+7hsbqjNidIr+M7l4DEuM+NM9KpYLspd5EpdhFRVvArPc0xLm7Bht
-----END PRIVATE KEY-----
`;
