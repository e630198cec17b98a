/* Certificates: three made by openssl, and many put together here from their parts. */
#include <check.h>
#include <nettle/base64.h>
#include <stdarg.h>

#include "plumbline/core/certificate.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"

/* openssl req -x509: CN=kubernetes, CA:TRUE */
static const char authority[] = "-----BEGIN CERTIFICATE-----\n"
                                "MIIBXDCCAQGgAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDAprdWJlcm5l\n"
                                "dGVzMB4XDTI2MTEyMzA2MTg0NVoXDTM2MTEyMDA2MTg0NVowFTETMBEGA1UEAwwK\n"
                                "a3ViZXJuZXRlczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHgWsJ0dTg4/zle5\n"
                                "/jNuqsI/KsHQrAcch1f4TvgxyVYiY7Ht7B5NeXC1GYMo1uDXv9sdiG45teREF/X0\n"
                                "bYa2RRyjQjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIEMB0GA1Ud\n"
                                "DgQWBBTbHRgICnbEZW7SGpo9fJe0b0pk+TAKBggqhkjOPQQDAgNJADBGAiEAzED9\n"
                                "A4pMwlv0YYpBbjjKAq6jrX/A8eiGmDyyMe8cbNcCIQDD9PQ7qQcobSox08uwEJEQ\n"
                                "jEvhwTy/phabAhx9KAvyNA==\n"
                                "-----END CERTIFICATE-----\n";

/* openssl x509 -req, signed by the one above: O=system:masters, O=Büro, Nord, CN=kubernetes-admin, to the year 2066 */
static const char client[] = "-----BEGIN CERTIFICATE-----\n"
                             "MIIBtjCCAVugAwIBAgIBAjAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDAprdWJlcm5l\n"
                             "dGVzMCAXDTI2MTEyMzA2MTg0NVoYDzIwNjYxMTEzMDYxODQ1WjBKMRcwFQYDVQQK\n"
                             "DA5zeXN0ZW06bWFzdGVyczEUMBIGA1UECgwLQsO8cm8sIE5vcmQxGTAXBgNVBAMM\n"
                             "EGt1YmVybmV0ZXMtYWRtaW4wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASCczt4\n"
                             "IYzEPoe4vko6WpMZJRCWL9/0pXMtR4TQn4NAgQ5A2rvk0zNzOyZ2ObMVyFHx07eu\n"
                             "ZSLJ6giJ/YrRDtqso2UwYzAMBgNVHRMBAf8EAjAAMBMGA1UdJQQMMAoGCCsGAQUF\n"
                             "BwMCMB0GA1UdDgQWBBSCUZeoWY0Kjag1VY6//JCtXC5n3TAfBgNVHSMEGDAWgBTb\n"
                             "HRgICnbEZW7SGpo9fJe0b0pk+TAKBggqhkjOPQQDAgNJADBGAiEAggKuuytAufhK\n"
                             "4bAYFI+6hkMX6Jo4caWajhVQzFqpCvACIQCMEBqAVkKr4sQOWxWQgFreixQunDsm\n"
                             "3m7M9vHVMrq1DA==\n"
                             "-----END CERTIFICATE-----\n";

/* openssl req -x509 with BMP strings, two attributes in one set, a type without a short name, all of RFC 4514's
 * specials */
static const char awkward[] = "-----BEGIN CERTIFICATE-----\n"
                              "MIICsTCCAlcCCn////////////8wCgYIKoZIzj0EAwIwgd8xCzAJBgNVBAYTAkRF\n"
                              "MSkwEAYKCZImiZPyLGQBARMCam8wFQYKCZImiZPyLGQBGRYHZXhhbXBsZTFLMEkG\n"
                              "A1UECh5CAHgAIAAiAHEAdQBvAHQAZQBkACIAIAArACAAPABhAG4AZwBsAGUAZAA+\n"
                              "ADsAIABiAGEAYwBrAFwAcwBsAGEAcwBoMRAwDgYDVQRhEwdWQVRERS0xMRowGAYJ\n"
                              "KoZIhvcNAQkBFgthQGIuZXhhbXBsZTEVMBMGA1UECx4MAEsA9gBsAG4AICCsMRMw\n"
                              "EQYDVQQDHgoAIwBoAGEAcwBoMB4XDTI2MTEyMzA2MTkxN1oXDTM1MDIwOTA2MTkx\n"
                              "N1owgd8xCzAJBgNVBAYTAkRFMSkwEAYKCZImiZPyLGQBARMCam8wFQYKCZImiZPy\n"
                              "LGQBGRYHZXhhbXBsZTFLMEkGA1UECh5CAHgAIAAiAHEAdQBvAHQAZQBkACIAIAAr\n"
                              "ACAAPABhAG4AZwBsAGUAZAA+ADsAIABiAGEAYwBrAFwAcwBsAGEAcwBoMRAwDgYD\n"
                              "VQRhEwdWQVRERS0xMRowGAYJKoZIhvcNAQkBFgthQGIuZXhhbXBsZTEVMBMGA1UE\n"
                              "Cx4MAEsA9gBsAG4AICCsMRMwEQYDVQQDHgoAIwBoAGEAcwBoMFkwEwYHKoZIzj0C\n"
                              "AQYIKoZIzj0DAQcDQgAEgnM7eCGMxD6HuL5KOlqTGSUQli/f9KVzLUeE0J+DQIEO\n"
                              "QNq75NMzczsmdjmzFchR8dO3rmUiyeoIif2K0Q7arDAKBggqhkjOPQQDAgNIADBF\n"
                              "AiAve8qo2G+d580HdJxiuthupFlPRvxrIVMSSZPZGcDbPwIhALb81iRkYN26h+HQ\n"
                              "l1A2ZOyZ18Fgcx72cPoAmSBaj0Kg\n"
                              "-----END CERTIFICATE-----\n";

static pl_arena *arena;
static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

static pl_bytes text(const char *data) { return (pl_bytes){.data = data, .length = strlen(data)}; }

static pl_certificates read_all(const char *pem) {
  pl_certificates all = {0};
  pl_error err = {0};
  int rc = pl_certificates_read(arena, text(pem), &all, &err);
  ck_assert_msg(rc == 0, "%u: %s", err.line, err.text);
  return all;
}

START_TEST(an_authority) {
  pl_certificates all = read_all(authority);
  ck_assert_uint_eq(all.count, 1);
  ck_assert(!all.has_private_key);
  ck_assert_str_eq(all.items[0].subject, "CN=kubernetes");
  ck_assert_str_eq(all.items[0].issuer, "CN=kubernetes");
  ck_assert_str_eq(all.items[0].common_name, "kubernetes");
  ck_assert_uint_eq(all.items[0].organization_count, 0);
  ck_assert(all.items[0].authority);
  ck_assert_str_eq(pl_format_time(arena, all.items[0].not_before), "2026-11-23T06:18:45Z");
  ck_assert_str_eq(pl_format_time(arena, all.items[0].not_after), "2036-11-20T06:18:45Z");
  ck_assert_str_eq(all.items[0].fingerprint, "35ea04e1d8546c7b3b0feb41bde26373a9017a147bbcf77e15b06176130e9aa6");
}
END_TEST

START_TEST(a_client_with_organizations) {
  pl_certificates all = read_all(client);
  ck_assert_uint_eq(all.count, 1);
  ck_assert_str_eq(all.items[0].subject, "CN=kubernetes-admin,O=B\xc3\xbcro\\\\, Nord,O=system:masters");
  ck_assert_str_eq(all.items[0].issuer, "CN=kubernetes");
  ck_assert_str_eq(all.items[0].common_name, "kubernetes-admin");
  ck_assert_uint_eq(all.items[0].organization_count, 2);
  ck_assert_str_eq(all.items[0].organizations[0], "system:masters");
  ck_assert_str_eq(all.items[0].organizations[1], "B\xc3\xbcro, Nord");
  ck_assert(!all.items[0].authority);
  ck_assert_str_eq(pl_format_time(arena, all.items[0].not_after), "2066-11-13T06:18:45Z");
  ck_assert_str_eq(all.items[0].fingerprint, "1eb04119c20003e6720c7c239888b7ca095619bbb5f12d506d8f936dd93f594f");
}
END_TEST

START_TEST(awkward_names) {
  pl_certificates all = read_all(awkward);
  const char *name =
      "CN=\\\\#hash,OU=K\xc3\xb6ln \xe2\x82\xac,emailAddress=a@b.example,"
      "2.5.4.97=#130756415444452d31,O=x \\\\\"quoted\\\\\" \\\\+ \\\\<angled\\\\>\\\\; back\\\\\\\\slash,"
      "UID=jo+DC=example,C=DE";
  ck_assert_str_eq(all.items[0].subject, name);
  ck_assert_str_eq(all.items[0].issuer, name);
  ck_assert_str_eq(all.items[0].common_name, "#hash");
  ck_assert_str_eq(all.items[0].organizations[0], "x \"quoted\" + <angled>; back\\\\slash");
  ck_assert_str_eq(all.items[0].fingerprint, "f9dfb24bf52b103538218dc7616b37820a52d353e4ad2cad0f67366c63877cea");
}
END_TEST

/* ---- PEM ---- */

START_TEST(every_block_counts_and_the_text_between_does_not) {
  const char *bundle = pl_printf(arena, "first\n%s\nsecond: -----BEGIN CERTIFICATE-----\n%sthe end", authority, client);
  pl_certificates all = read_all(bundle);
  ck_assert_uint_eq(all.count, 2);
  ck_assert_str_eq(all.items[0].subject, "CN=kubernetes");
  ck_assert_str_eq(all.items[1].common_name, "kubernetes-admin");
}
END_TEST

START_TEST(line_ends_of_windows_and_no_last_one) {
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, 1 << 16);
  for (const char *c = authority; *c; c++)
    pl_buffer_text(&out, *c == '\n' ? "\r\n" : (char[]){*c, '\0'});
  ck_assert_uint_eq(read_all(out.data).count, 1);
  out.data[out.length - 2] = '\0';
  ck_assert_uint_eq(read_all(out.data).count, 1);
}
END_TEST

static const struct {
  const char *pem;
  bool key;
  uint32_t line;
  const char *fault;
} faults[] = {
    {"", false, 0, "no certificate in it"},
    {"hello\n", false, 0, "no certificate in it"},
    {"-----BEGIN CERTIFICATE-----", false, 1, "certificate without an END line"},
    {"a\n\n-----BEGIN CERTIFICATE-----\nAAAA\n", false, 3, "certificate without an END line"},
    {"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", false, 1, "not an X.509 certificate"},
    {"\n-----BEGIN CERTIFICATE-----\nA!==\n-----END CERTIFICATE-----\n", false, 2, "not base64"},
    {"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", false, 1, "not an X.509 certificate"},
    {"-----BEGIN CERTIFICATE-----\nProc-Type: 4\n\nMAA=\n-----END CERTIFICATE-----\n", false, 1, "not base64"},
    {"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n", false, 0,
     "no certificate in it"},
    {"-----BEGIN TRUSTED CERTIFICATE-----\nMAA=\n-----END TRUSTED CERTIFICATE-----\n", false, 0,
     "no certificate in it"},
    {"-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n", true, 0, "no certificate in it"},
    {"  -----BEGIN PRIVATE KEY-----\n", true, 0, "no certificate in it"},
    {"-----BEGIN ENCRYPTED PRIVATE KEY-----", true, 0, "no certificate in it"},
    {"-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n", false, 0, "no certificate in it"},
};

START_TEST(what_is_no_certificate_is_refused_with_its_line) {
  pl_certificates all = {.count = 7};
  pl_error err = {0};
  ck_assert_int_eq(pl_certificates_read(arena, text(faults[_i].pem), &all, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_SYNTAX);
  ck_assert_str_eq(err.text, faults[_i].fault);
  ck_assert_uint_eq(err.line, faults[_i].line);
  ck_assert_int_eq(all.has_private_key, faults[_i].key);
  ck_assert_int_eq(pl_certificates_read(arena, text(faults[_i].pem), &all, NULL), -1);
}
END_TEST

START_TEST(a_key_beside_a_certificate_is_seen_and_passed_over) {
  const char *both =
      pl_printf(arena, "-----BEGIN EC PRIVATE KEY-----\nnot even base64!\n-----END EC PRIVATE KEY-----\n%s", authority);
  pl_certificates all = read_all(both);
  ck_assert(all.has_private_key);
  ck_assert_uint_eq(all.count, 1);
}
END_TEST

START_TEST(a_bad_block_after_a_good_one_is_an_error) {
  pl_certificates all;
  pl_error err = {0};
  const char *pem = pl_printf(arena, "%s-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", authority);
  ck_assert_int_eq(pl_certificates_read(arena, text(pem), &all, &err), -1);
  ck_assert_uint_eq(err.line, 11);
}
END_TEST

START_TEST(data_at_the_cap_and_one_past_it) {
  char *data = pl_alloc(arena, PL_CERTIFICATE_BYTES_MAX + 2);
  memset(data, '\n', PL_CERTIFICATE_BYTES_MAX + 1);
  memcpy(data, authority, sizeof authority - 1);
  pl_certificates all;
  pl_error err = {0};
  pl_bytes pem = {.data = data, .length = PL_CERTIFICATE_BYTES_MAX};
  ck_assert_int_eq(pl_certificates_read(arena, pem, &all, &err), 0);
  ck_assert_uint_eq(all.count, 1);
  pem.length++;
  ck_assert_int_eq(pl_certificates_read(arena, pem, &all, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
  ck_assert_str_eq(err.text, "larger than 1048576 bytes");
}
END_TEST

/* ---- DER put together here ---- */

static pl_bytes bytes(const char *data, size_t length) {
  return (pl_bytes){.data = pl_strndup(arena, data, length), .length = length};
}
#define B(literal) bytes(literal, sizeof(literal) - 1)
#define NOTHING    ((pl_bytes){.data = "", .length = 0})

static pl_bytes join(size_t count, const pl_bytes *pieces) {
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, 4u << 20);
  for (size_t i = 0; i < count; i++)
    pl_buffer_add(&out, pieces[i].data, pieces[i].length);
  return pl_buffer_take(&out, arena);
}
#define JOIN(...) join(sizeof((pl_bytes[]){__VA_ARGS__}) / sizeof(pl_bytes), (pl_bytes[]){__VA_ARGS__})

static pl_bytes der(unsigned char tag, pl_bytes content) {
  size_t n = content.length;
  char head[6] = {(char)tag, (char)n};
  size_t size = 2;
  if (n >= 128) {
    head[1] = (char)0x83;
    head[2] = (char)(n >> 16);
    head[3] = (char)(n >> 8);
    head[4] = (char)n;
    size = 5;
  }
  return JOIN(bytes(head, size), content);
}
#define SEQUENCE(...) der(0x30, JOIN(__VA_ARGS__))
#define SET(...)      der(0x31, JOIN(__VA_ARGS__))

/* id-at-NUMBER with a value of string type TAG */
static pl_bytes attribute(char number, unsigned char tag, pl_bytes value) {
  return SEQUENCE(der(0x06, bytes((char[]){0x55, 0x04, number}, 3)), der(tag, value));
}
#define NAME(value) SEQUENCE(SET(attribute(3, 0x0c, B(value))))

typedef struct parts {
  pl_bytes version, serial, algorithm, issuer, validity, subject, key, identifiers, extensions, signature, after;
} parts;

static parts good(void) {
  return (parts){
      .version = der(0xa0, der(0x02, B("\x02"))),
      .serial = der(0x02, B("\x01")),
      .algorithm = SEQUENCE(der(0x06, B("\x2a\x03"))),
      .issuer = NAME("issuer"),
      .validity = SEQUENCE(der(0x17, B("260101000000Z")), der(0x17, B("270101000000Z"))),
      .subject = NAME("subject"),
      .key = SEQUENCE(NOTHING),
      .identifiers = NOTHING,
      .extensions = NOTHING,
      .signature = der(0x03, B("\0x")),
      .after = NOTHING,
  };
}

static const char *to_pem(pl_bytes all) {
  char *code = pl_alloc(arena, BASE64_ENCODE_RAW_LENGTH(all.length) + 1);
  base64_encode_raw(code, all.length, (const uint8_t *)all.data);
  return pl_printf(arena, "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", code);
}

static pl_bytes assemble(const parts *p) {
  pl_bytes to_be_signed = SEQUENCE(p->version, p->serial, p->algorithm, p->issuer, p->validity, p->subject, p->key,
                                   p->identifiers, p->extensions);
  return SEQUENCE(to_be_signed, p->algorithm, p->signature, p->after);
}

static pl_certificate taken(parts p) { return read_all(to_pem(assemble(&p))).items[0]; }

static void refused_bytes(pl_bytes all, int line) {
  pl_certificates ret;
  pl_error err = {0};
  int rc = pl_certificates_read(arena, text(to_pem(all)), &ret, &err);
  ck_assert_msg(rc == -1 && pl_equal(err.text, "not an X.509 certificate"), "line %d: %d %s", line, rc, err.text);
}
static void refused_at(parts p, int line) { refused_bytes(assemble(&p), line); }
#define refused(p) refused_at(p, __LINE__)

#define WITH(member, value)                                                                                            \
  ({                                                                                                                   \
    parts p_ = good();                                                                                                 \
    p_.member = (value);                                                                                               \
    p_;                                                                                                                \
  })

START_TEST(a_minimal_certificate_and_its_optional_parts) {
  pl_certificate one = taken(good());
  ck_assert_str_eq(one.subject, "CN=subject");
  ck_assert_str_eq(one.issuer, "CN=issuer");
  ck_assert_str_eq(pl_format_time(arena, one.not_before), "2026-01-01T00:00:00Z");
  ck_assert(!one.authority);
  ck_assert_str_eq(taken(WITH(version, NOTHING)).subject, "CN=subject");
  taken(WITH(identifiers, JOIN(der(0x81, B("\0a")), der(0x82, B("\0b")))));
  taken(WITH(identifiers, der(0x82, B("\0b"))));
  ck_assert_str_eq(taken(WITH(subject, SEQUENCE(NOTHING))).subject, "");
  ck_assert_ptr_null(taken(WITH(subject, SEQUENCE(NOTHING))).common_name);
}
END_TEST

START_TEST(missing_and_foreign_parts_are_refused) {
  refused(WITH(serial, NOTHING));
  refused(WITH(algorithm, NOTHING));
  refused(WITH(issuer, NOTHING));
  refused(WITH(validity, NOTHING));
  refused(WITH(subject, NOTHING));
  refused(WITH(key, NOTHING));
  refused(WITH(signature, NOTHING));
  refused(WITH(signature, der(0x04, B("\0x"))));
  refused(WITH(after, der(0x05, NOTHING)));
  refused(WITH(identifiers, JOIN(der(0x82, B("\0b")), der(0x81, B("\0a")))));
  refused(WITH(serial, der(0x22, B("\x01")))); /* constructed */
  refused(WITH(extensions, der(0xa4, NOTHING)));
}
END_TEST

START_TEST(lengths_that_lie_are_refused) {
  parts p = good();
  pl_bytes all = assemble(&p);
  refused_bytes(JOIN(all, B("\0")), __LINE__);
  refused_bytes(bytes(all.data, all.length - 1), __LINE__);
  refused(WITH(serial, B("\x02\x84\xff\xff\xff\xff")));
  refused(WITH(serial, B("\x02\x88\x7f\xff\xff\xff\xff\xff\xff\xff")));
  refused(WITH(serial, B("\x02\x80\x01\0\0"))); /* indefinite */
  refused(WITH(serial, B("\x1f\xff\xff\xff\xff\xff\xff\xff\x01")));
  refused(WITH(serial, B("\x1f\x22\x01\x01"))); /* number 34 in the long form is no INTEGER */
  refused(WITH(key, B("\x1f\x30\x00")));        /* nor is number 48 a SEQUENCE */
}
END_TEST

/* Every certificate cut short anywhere, and with any one byte turned over, is read or refused, and that is all. */
START_TEST(cut_and_damaged_certificates_do_no_harm) {
  pl_bytes code = text(awkward);
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned read = 0;
  for (size_t i = 28; i < code.length - 27; i++) {
    pl_auto_arena pl_arena *own = pl_arena_new();
    char *damaged = pl_strndup(own, code.data, code.length);
    pl_certificates ret;
    pl_certificates_read(own, (pl_bytes){.data = damaged, .length = i}, &ret, NULL);
    if (damaged[i] != '\n')
      damaged[i] = alphabet[(i * 37) % 64];
    read += pl_certificates_read(own, (pl_bytes){.data = damaged, .length = code.length}, &ret, NULL) == 0;
  }
  ck_assert_uint_gt(read, 100); /* damage within the key or the signature goes unseen */
  ck_assert_uint_lt(read, 900);
}
END_TEST

static pl_certificate with_validity(unsigned char tag, const char *from, const char *to) {
  return taken(WITH(validity, SEQUENCE(der(tag, text(from)), der(tag, text(to)))));
}

START_TEST(times_of_both_kinds) {
  pl_certificate one = with_validity(0x17, "500101000000Z", "491231235959Z");
  ck_assert_str_eq(pl_format_time(arena, one.not_before), "1950-01-01T00:00:00Z");
  ck_assert_str_eq(pl_format_time(arena, one.not_after), "2049-12-31T23:59:59Z");
  one = with_validity(0x18, "19000228235959Z", "99991231235959Z");
  ck_assert_str_eq(pl_format_time(arena, one.not_before), "1900-02-28T23:59:59Z");
  ck_assert_str_eq(pl_format_time(arena, one.not_after), "9999-12-31T23:59:59Z");
}
END_TEST

static const struct {
  unsigned char tag;
  const char *text;
} bad_times[] = {
    {0x17, "2601010000Z"},       {0x17, "260101000000"},    {0x17, "260101000000+0100"}, {0x17, "260229000000Z"},
    {0x17, "26010100000xZ"},     {0x17, "20260101000000Z"}, {0x18, "260101000000Z"},     {0x18, "20260101000000"},
    {0x18, "20260101000000.5Z"}, {0x18, "20261301000000Z"}, {0x16, "260101000000Z"},     {0x17, ""},
};

START_TEST(times_that_are_none) {
  pl_bytes ok = der(0x17, B("260101000000Z")), bad = der(bad_times[_i].tag, text(bad_times[_i].text));
  refused(WITH(validity, SEQUENCE(ok, bad)));
  refused(WITH(validity, SEQUENCE(bad, ok)));
  refused(WITH(validity, SEQUENCE(ok)));
  refused(WITH(validity, SEQUENCE(ok, ok, ok)));
}
END_TEST

static pl_bytes extension(pl_bytes oid, pl_bytes critical, pl_bytes value) {
  return SEQUENCE(der(0x06, oid), critical, der(0x04, value));
}
#define EXTENSIONS(...)  der(0xa3, SEQUENCE(__VA_ARGS__))
#define CONSTRAINTS(...) extension(B("\x55\x1d\x13"), der(0x01, B("\xff")), SEQUENCE(__VA_ARGS__))

START_TEST(basic_constraints) {
  pl_bytes yes = der(0x01, B("\xff")), no = der(0x01, B("\0")), length = der(0x02, B("\x01"));
  ck_assert(taken(WITH(extensions, EXTENSIONS(CONSTRAINTS(yes)))).authority);
  ck_assert(taken(WITH(extensions, EXTENSIONS(CONSTRAINTS(yes, length)))).authority);
  ck_assert(!taken(WITH(extensions, EXTENSIONS(CONSTRAINTS(no)))).authority);
  ck_assert(!taken(WITH(extensions, EXTENSIONS(CONSTRAINTS(NOTHING)))).authority);
  ck_assert(!taken(WITH(extensions, EXTENSIONS(CONSTRAINTS(length)))).authority);
  pl_bytes other = extension(B("\x55\x1d\x0f"), NOTHING, B("\x03\x02\x02\x04"));
  ck_assert(taken(WITH(extensions, EXTENSIONS(other, CONSTRAINTS(yes)))).authority);
  ck_assert(!taken(WITH(extensions, EXTENSIONS(other))).authority);
}
END_TEST

START_TEST(extensions_that_are_none) {
  pl_bytes yes = der(0x01, B("\xff")), oid = B("\x55\x1d\x13");
  refused(WITH(extensions, EXTENSIONS(CONSTRAINTS(der(0x01, B("\xff\xff"))))));
  refused(WITH(extensions, EXTENSIONS(CONSTRAINTS(der(0x01, NOTHING)))));
  refused(WITH(extensions, EXTENSIONS(CONSTRAINTS(yes, yes))));
  refused(WITH(extensions, EXTENSIONS(extension(oid, yes, NOTHING))));
  refused(WITH(extensions, EXTENSIONS(extension(oid, yes, JOIN(SEQUENCE(yes), yes)))));
  refused(WITH(extensions, EXTENSIONS(SEQUENCE(der(0x06, oid)))));
  refused(WITH(extensions, EXTENSIONS(SEQUENCE(der(0x06, oid), der(0x04, SEQUENCE(yes)), yes))));
  refused(WITH(extensions, der(0xa3, JOIN(SEQUENCE(NOTHING), SEQUENCE(NOTHING)))));
  refused(WITH(extensions, JOIN(EXTENSIONS(CONSTRAINTS(yes)), EXTENSIONS(CONSTRAINTS(yes)))));
  refused(WITH(extensions, der(0xa3, NOTHING)));
}
END_TEST

START_TEST(edges_and_controls_in_values_are_escaped) {
  pl_certificate one = taken(WITH(subject, NAME("  a#b =\x1b\0\xff ")));
  ck_assert_str_eq(one.subject, "CN=\\\\  a#b =\\x1b\\\\00\\xff\\\\ ");
  ck_assert_str_eq(one.common_name, "  a#b =\\x1b\\x00\\xff ");
  ck_assert_str_eq(taken(WITH(subject, NAME(""))).subject, "CN=");
  ck_assert_str_eq(taken(WITH(subject, NAME(" "))).subject, "CN=\\\\ ");
}
END_TEST

START_TEST(the_last_common_name_and_every_organization_count) {
  pl_bytes subject = SEQUENCE(SET(attribute(3, 0x13, B("first")), attribute(10, 0x13, B("one"))),
                              SET(attribute(10, 0x16, B("two"))), SET(attribute(3, 0x14, B("last"))));
  pl_certificate one = taken(WITH(subject, subject));
  ck_assert_str_eq(one.subject, "CN=last,O=two,CN=first+O=one");
  ck_assert_str_eq(one.common_name, "last");
  ck_assert_uint_eq(one.organization_count, 2);
  ck_assert_str_eq(one.organizations[0], "one");
  ck_assert_str_eq(one.organizations[1], "two");
}
END_TEST

START_TEST(values_that_are_no_text_are_shown_in_hexadecimal) {
  pl_certificate one = taken(WITH(subject, SEQUENCE(SET(attribute(3, 0x02, B("\x05"))))));
  ck_assert_str_eq(one.subject, "CN=#020105");
  ck_assert_ptr_null(one.common_name);
  one = taken(WITH(subject, SEQUENCE(SET(attribute(3, 0x1e, B("\0a\xd8\x00"))))));
  ck_assert_str_eq(one.subject, "CN=#1e040061d800"); /* half a surrogate pair */
  one = taken(WITH(subject, SEQUENCE(SET(attribute(3, 0x1e, B("\0a\0"))))));
  ck_assert_str_eq(one.subject, "CN=#1e03006100");
  one = taken(WITH(subject, SEQUENCE(SET(attribute(3, 0x1e, B("\0\x7f\0\x80\x07\xff\x08\x00"))))));
  ck_assert_str_eq(one.common_name, "\\x7f\\xc2\\x80\xdf\xbf\xe0\xa0\x80");
}
END_TEST

START_TEST(names_that_are_none) {
  pl_bytes value = der(0x0c, B("x")), oid = der(0x06, B("\x55\x04\x03"));
  refused(WITH(subject, SEQUENCE(SET(NOTHING))));
  refused(WITH(subject, SEQUENCE(SET(SEQUENCE(NOTHING)))));
  refused(WITH(subject, SEQUENCE(SET(SEQUENCE(oid)))));
  refused(WITH(subject, SEQUENCE(SET(SEQUENCE(oid, value, value)))));
  refused(WITH(subject, SEQUENCE(SET(SEQUENCE(value, oid)))));
  refused(WITH(subject, SEQUENCE(SEQUENCE(SEQUENCE(oid, value)))));
  refused(WITH(subject, SEQUENCE(SET(SEQUENCE(der(0x06, NOTHING), value)))));
  refused(WITH(subject, SEQUENCE(SET(SEQUENCE(der(0x06, B("\x55\x84")), value)))));
  refused(WITH(issuer, SEQUENCE(SET(NOTHING))));
  char *long_oid = pl_alloc(arena, 129);
  memset(long_oid, 1, 128);
  refused(WITH(subject, SEQUENCE(SET(SEQUENCE(der(0x06, bytes(long_oid, 128)), value)))));
}
END_TEST

START_TEST(a_name_of_many_parts) {
  enum { PARTS = 2000 };
  pl_bytes *relatives = pl_new_array(arena, pl_bytes, PARTS);
  for (size_t i = 0; i < PARTS; i++)
    relatives[i] = SET(attribute(11, 0x0c, text(pl_printf(arena, "%zu", i))));
  pl_certificate one = taken(WITH(subject, der(0x30, join(PARTS, relatives))));
  ck_assert(pl_starts(one.subject, "OU=1999,OU=1998,"));
  ck_assert(pl_ends(one.subject, ",OU=1,OU=0"));
}
END_TEST

Suite *suite_certificate(void);
Suite *suite_certificate(void) {
  Suite *suite = suite_create("certificate");
  TCase *tests = tcase_create("certificate");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, an_authority);
  tcase_add_test(tests, a_client_with_organizations);
  tcase_add_test(tests, awkward_names);
  tcase_add_test(tests, every_block_counts_and_the_text_between_does_not);
  tcase_add_test(tests, line_ends_of_windows_and_no_last_one);
  tcase_add_loop_test(tests, what_is_no_certificate_is_refused_with_its_line, 0, (int)(sizeof faults / sizeof *faults));
  tcase_add_test(tests, a_key_beside_a_certificate_is_seen_and_passed_over);
  tcase_add_test(tests, a_bad_block_after_a_good_one_is_an_error);
  tcase_add_test(tests, data_at_the_cap_and_one_past_it);
  tcase_add_test(tests, a_minimal_certificate_and_its_optional_parts);
  tcase_add_test(tests, missing_and_foreign_parts_are_refused);
  tcase_add_test(tests, lengths_that_lie_are_refused);
  tcase_add_test(tests, cut_and_damaged_certificates_do_no_harm);
  tcase_add_test(tests, times_of_both_kinds);
  tcase_add_loop_test(tests, times_that_are_none, 0, (int)(sizeof bad_times / sizeof *bad_times));
  tcase_add_test(tests, basic_constraints);
  tcase_add_test(tests, extensions_that_are_none);
  tcase_add_test(tests, edges_and_controls_in_values_are_escaped);
  tcase_add_test(tests, the_last_common_name_and_every_organization_count);
  tcase_add_test(tests, values_that_are_no_text_are_shown_in_hexadecimal);
  tcase_add_test(tests, names_that_are_none);
  tcase_add_test(tests, a_name_of_many_parts);
  suite_add_tcase(suite, tests);
  return suite;
}
