// The vectors of the sheet: identity-and-packages, section 1.7. Their seeds are public.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "wasmcloud/base/encoding.h"
#include "wasmcloud/base/result.h"
#include "wasmcloud/base/secret.h"
#include "wasmcloud/identity/key_type.h"

namespace wasmcloud::identity::testing {

// Signed with each key of kKeys.
inline constexpr std::string_view kMessage = "wasmCloud nkeys vector 1";

struct KeyVector {
  std::string_view name;
  KeyType type;
  std::string_view raw_seed;
  std::string_view raw_public;
  std::string_view seed;
  std::string_view public_text;
  std::string_view signature;
};

inline constexpr auto kKeys = std::to_array<KeyVector>({
    {"K1", KeyType::account, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",
     "SAAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4HYMHI",
     "AAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3QPZV",
     "02bb7ce8ec6e0f4faae076300ccdc14bcde41d71c569ec48e0657a28f1334e50"
     "cfbdb40dca238f0fd5c9413ac8a1e8c54baed1dd7d9acffe9aca6e63e0d3ed00"},
    {"K2", KeyType::component, "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
     "29acbae141bccaf0b22e1a94d34d0bc7361e526d0bfe12c89794bc9322966dd7",
     "SMACAIJCEMSCKJRHFAUSUKZMFUXC6MBRGIZTINJWG44DSOR3HQ6T4P5C3E",
     "MAU2ZOXBIG6MV4FSFYNJJU2NBPDTMHSSNUF74EWIS6KLZEZCSZW5PMMJ",
     "7aa297d7d385846c30fa2cf79bd5099c61216765f2c94f2c79338ce3244ea9b8"
     "1bac22ced522d6642d006f656bbb6e37622570d915583d3d030538f0367c5b0e"},
    {"K3", KeyType::provider, "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f",
     "2543b92ff1095511476adc8369db6ddc933665a11978dda1404ee1066ca9559d",
     "SVAEAQKCINCEKRSHJBEUUS2MJVHE6UCRKJJVIVKWK5MFSWS3LROV4XZ6HI",
     "VASUHOJP6EEVKEKHNLOIG2O3NXOJGNTFUEMXRXNBIBHOCBTMVFKZ3YXJ",
     "a37620bb71f4579dd4be0c218d633464729e0ff82cc05820206ceb3f4b5a6473"
     "7fa38b2009bce534e0f173007a46456e58b03c4125032f85b2af8b527aa0a90d"},
    {"K4", KeyType::host, "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f",
     "174553b456dddfc6908ecab1c101fe6ab21e2baa0617795b7d43a63482993fd5",
     "SNAGAYLCMNSGKZTHNBUWU23MNVXG64DROJZXI5LWO54HS6T3PR6X473DCU",
     "NALUKU5UK3O57RUQR3FLDQIB7ZVLEHRLVIDBO6K3PVB2MNECTE75KIVQ",
     "f088266c5355be561868850ddd703bb7f8d57ac9e5827e6ec845f6eba1d9267a"
     "4539909dc96d7ca3639e33c7e162c044a57896a09e16a9c8eea8a6e4986a0702"},
    {"K5", KeyType::cluster, "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
     "cd14b37f956e953194ff7fb73b3d81dcc561d61a7538094b7c3e1a643ee5f3aa",
     "SCAIBAMCQOCILBUHRCEYVC4MRWHI7EERSKJZJFMWS6MJTGU3TSOZ5H5PWM",
     "CDGRJM37SVXJKMMU7573OOZ5QHOMKYOWDJ2TQCKLPQ7BUZB64XZ2VOF6",
     "33b8bb6fc356c8431ab4dc80407c2b3010e73d7c9a9515d93e664175085d27b2"
     "d26921577568c7174c32a47900ff83816b0b59f16928765b162d5cb4a09a3708"},
    {"K6", KeyType::nats_operator,
     "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf",
     "4fd099ccd47d7893dfe9ec24414ecb0d9b5420232aad30d91c465be33cbe65c4",
     "SOAKBINCUOSKLJVHVCU2VK5MVWXK7MFRWKZ3JNNWW64LTOV3XS635PYBKA",
     "OBH5BGOM2R6XRE675HWCIQKOZMGZWVBAEMVK2MGZDRDFXYZ4XZS4I6XR",
     "8d02de64e579124d7c283a4193e35e599d8b030dacaed5109eef74c1cee0773a"
     "882e91b35f2e0a314af034bcc93fa3e69c389c8ac56c5f2519d0cf7e2455b00e"},
    {"K7", KeyType::nats_user, "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf",
     "dde3bccec7f3a66a1115f45d720f4dc135c3ae7c4e22dca38fdb1efd6a495ff8",
     "SUAMBQOCYPCMLRWHZDE4VS6MZXHM7UGR2LJ5JVOW27MNTWW33TO55X46CY",
     "UDO6HPGOY7Z2M2QRCX2F24QPJXATLQ5OPRHCFXFDR7NR57LKJFP7Q4FP",
     "482f571604875c14a9070f596b505ae0d62d5735c7afa366e09c517144356501"
     "ab40565b88ec7f756116e44aa24e37fda114654df3779adc4dda4cf6e2823108"},
    {"K8", KeyType::account, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
     "SAAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YHY3Q",
     "ADLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVRTU",
     "619205569bb9e1e7bc979ee8d688ff29aae00fb0a31b0116215b9f2c46df44bb"
     "e3d21547e9062fc50be4422851b341e7b91695fbb5360ba1bddef207c361390d"},
    {"K9", KeyType::component, "0000000000000000000000000000000000000000000000000000000000000000",
     "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",
     "SMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAF5LQ",
     "MA5WUJ54Z23KILLCUOUNAKTPBVZWKMQVO4O6EQ5GHLAERIMLLHNCTYRY",
     "16ddf4ed8c345a9b743226495765eed26d0c79c64602a677203971feb1d2802a"
     "16bb8dc6337914101c8c57f9d92bc9652a6ec70e70489675a7f606cecc25c302"},
    {"K10", KeyType::provider, "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "76a1592044a6e4f511265bca73a604d90b0529d1df602be30a19a9257660d1f5",
     "SVAP777777777777777777777777777777777777777777777777775VYM",
     "VB3KCWJAISTOJ5IREZN4U45GATMQWBJJ2HPWAK7DBIM2SJLWMDI7LIZN",
     "e50a3644ae6a2c561c8f86490f132f0fb49496c3e731ea60ff4d98a2aa9840dc"
     "09fd8af5a4d59ef68d095e44cc2fa55fc0375b7cb1f97bdf472ae262bd36ca09"},
    {"K11", KeyType::host, "48cfd672dff2e9a3476806e64989168d3510c8b92f69a1dccefd0f0dddcf160d",
     "1613db8e30e138797e3eac0c7cb98dca30f6b637570bfb597eb3153519cc8b7b",
     "SNAERT6WOLP7F2NDI5UANZSJRELI2NIQZC4S62NB3THP2DYN3XHRMDK2M4",
     "NALBHW4OGDQTQ6L6H2WAY7FZRXFDB5VWG5LQX62ZP2ZRKNIZZSFXWRZB",
     "2f54f727fe531e7055eafcd78e72abc606c235e8d6429829a7b551a97a32d81b"
     "2d9105453af2dbcc307e83cfa580052db70c3c090c00a589997e2e3643e27f07"},
    {"K12", KeyType::nats_operator,
     "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     "SOAEZTIITMUP7FW2TW3MGRXMCFHA6W4KGGPTLK5GETNIZ5XNJ64KN66RCQ",
     "OA6UAF6D5BBYSWUSW4FKOTI3P26JZGBMZ4XMJFUMYDGVL4JK6RTAZG4U",
     "8512424ad4418292f3ecb0bcad33e1a664502f9247778fb088a4a90c53b210b8"
     "f89c62b170c36359d2a92d063321226abdb42f693a167721a49ef84faf4e2b00"},
});

struct CurveVector {
  std::string_view name;
  std::string_view scalar;
  std::string_view raw_public;
  std::string_view seed;
  std::string_view public_text;
  std::string_view private_text;
  std::string_view ed25519_text;  // what `wash keys gen curve` calls the public key
};

inline constexpr auto kCurveKeys = std::to_array<CurveVector>({
    {"X1", "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
     "736845d54e87de09d6bb114aa7042c50a4a015bd9901d1a0026f5956533a1519",
     "SXAOBYPC4PSOLZXH5DU6V27M5XXO74HR6LZ7J5PW674PT6X37T6757354Q",
     "XBZWQROVJ2D54COWXMIUVJYEFRIKJIAVXWMQDUNAAJXVSVSTHIKRTWPO",
     "PDQODYXD4TS6NZ7I5HVOX3HN53X7B4PS6P2PL5XX7D47V6747X7P6Q6N",
     "XAJ5TEEKOCJFTEXNKRQAPUT7KDNGROTSC7XWFLB4ZJ4EKKP7CBDRZORM"},
    {"X2", "101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f",
     "d89e3bad79437dbed9f843418304f460ff05c7fe81fe4a9577a804cb9367ff66",
     "SXABAEISCMKBKFQXDAMRUGY4DUPB6IBBEIRSIJJGE4UCSKRLFQWS4L5O6I",
     "XDMJ4O5NPFBX3PWZ7BBUDAYE6RQP6BOH72A74SUVO6UAJS4TM77WNOCD",
     "PAIBCEQTCQKRMFYYDENBWHA5DYPSAIJCEMSCKJRHFAUSUKZMFUXC7EG3",
     "XB3XN2DQXEZVJ4VAWJGCH4VDNTCOQDRCGIMMDOLZE365AGBZNIVZXAQX"},
    {"X3", "2dd945e682c7ddfc7222d5265e9dac03f085276573dc1eda4a3a4bbe2f422fa2",
     "c54b21db3644d683b0ff62c31eded59cee89af5ac6168094214cfc9ed996f37b",
     "SXAC3WKF42BMPXP4OIRNKJS6TWWAH4EFE5SXHXA63JFDUS56F5BC7IWYGY",
     "XDCUWIO3GZCNNA5Q75RMGHW62WOO5CNPLLDBNAEUEFGPZHWZS3ZXXEEH",
     "PAW5SRPGQLD537DSELKSMXU5VQB7BBJHMVZ5YHW2JI5EXPRPIIX2FZQ7",
     "XCAFETAGHSOY3RMLVMKAWFJT7C3CVVD5OH5JPLJ2MURRPG4NGLLC3CSY"},
});

inline RawKey raw_key(std::string_view hex) {
  RawKey key{};
  const auto bytes = decode_hex(hex).value();
  EXPECT_EQ(bytes.size(), key.size());
  std::copy_n(bytes.begin(), std::min(bytes.size(), key.size()), key.begin());
  return key;
}

// A copy, for what a test may print.
template <typename T>
T seen(const Secret<T>& secret) {
  return secret.reveal();
}

template <typename T>
std::string problem_of(const Result<T>& result) {
  return result ? "no error" : result.error().describe();
}

// Calls `check` with the text less one character at its end, less two, ... and with each character
// replaced by each other byte.
template <typename Check>
void for_each_corruption(std::string_view text, const Check& check) {
  for (std::size_t length = 0; length < text.size(); ++length) {
    check(std::string(text.substr(0, length)));
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      std::string changed(text);
      changed[i] = static_cast<char>(byte);
      if (changed != text) {
        check(changed);
      }
    }
  }
}

}  // namespace wasmcloud::identity::testing
