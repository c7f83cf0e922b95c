package io.needletail.bench.peers;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A cache that is asked over a socket, set up as its own documentation says is fastest. */
enum NetworkPeer {
    /** One thread by default, which is fastest for one client; nothing is persisted. */
    REDIS("redis-server") {
        @Override
        List<String> command(Path socket, int port) {
            return List.of(
                    program(),
                    "--port",
                    Integer.toString(port),
                    "--bind",
                    "127.0.0.1",
                    "--unixsocket",
                    socket.toString(),
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                    "--io-threads",
                    "1",
                    "--dir",
                    socket.getParent().toString());
        }
    },
    /** One worker thread, which is fastest for one client; memory for everything. */
    MEMCACHED("memcached") {
        @Override
        List<String> command(Path socket, int port) {
            return port == 0
                    ? List.of(program(), "-u", user(), "-t", "1", "-m", "1024", "-s", socket.toString())
                    : List.of(
                            program(),
                            "-u",
                            user(),
                            "-t",
                            "1",
                            "-m",
                            "1024",
                            "-l",
                            "127.0.0.1",
                            "-p",
                            Integer.toString(port),
                            "-U",
                            "0");
        }
    };

    private final String program;

    NetworkPeer(String program) {
        this.program = program;
    }

    /** What runs it in the foreground: on a Unix socket, or with a port there (memcached: instead). */
    abstract List<String> command(Path socket, int port);

    String program() {
        return program;
    }

    /** In the report and for the client. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static String user() {
        return System.getProperty("user.name");
    }
}
