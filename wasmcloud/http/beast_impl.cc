// The one translation unit that holds the compiled code of Beast (BOOST_BEAST_SEPARATE_COMPILATION)
// and of Asio's TLS part, which base does without.
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
