// The server side of SASL for sockets whose peer the kernel has identified already.
//
// Debian's Proton has no Cyrus and its built-in server offers ANONYMOUS only, while clients with a
// user name insist on PLAIN. So ours offers ANONYMOUS, PLAIN and EXTERNAL, accepts each, and looks
// at nothing that comes with it: the identity is SO_PEERCRED's.
//
// Thread: the loop thread. Ownership: the verdict must outlive the transport.
#pragma once

#include <proton/types.h>

namespace cpe::amqp {

struct SaslVerdict {
    bool succeeded = false;  ///< an outcome of success was given to the engine
};

/// Before the transport has seen its first byte.
void accept_any_sasl(pn_transport_t* transport, SaslVerdict& verdict);

}  // namespace cpe::amqp
