package io.needletail.server.session;

/**
 * Whom a session counts for. As long as sessions are not authenticated that is a process on a host, by its own word: this keeps one
 * program that forgets to close its sessions from taking them all, not one that lies.
 *
 * @param host what the media driver says the connect came from, without the port
 * @param pid what the client says its process is
 */
record Principal(String host, long pid) {
    static Principal of(ConnectRequest request, String source) {
        int colon = source.lastIndexOf(':');
        return new Principal(request.replyPort() == 0 ? "" : source.substring(0, colon), request.clientPid());
    }
}
