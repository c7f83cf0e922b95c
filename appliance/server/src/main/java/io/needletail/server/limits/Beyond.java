package io.needletail.server.limits;

import io.needletail.protocol.CloseReason;
import io.needletail.protocol.RefusalCode;
import io.needletail.registry.view.Status;

/**
 * What happens to whoever asks for more than a limit allows.
 *
 * @param kind what is done
 * @param name the code that says so on the wire or to the caller; empty where nobody can be told
 */
public record Beyond(Kind kind, String name) {
    /** What is done. */
    public enum Kind {
        /** The request is answered with a status and changes nothing. */
        ANSWERED("answered"),
        /** The connect is refused. */
        REFUSED("connect refused"),
        /** The session is closed with a reason. */
        CLOSED("session closed"),
        /** The client's own library says so, and sends nothing. */
        NOT_SENT("not sent"),
        /** Nobody is told, because there is no session yet; it is counted. */
        IGNORED("not looked at"),
        /** It comes when there is room; nothing is lost. */
        WAITS("waits"),
        /** The answer says where the next one begins. */
        GOES_ON("the rest by the cursor"),
        /** It is counted, and the count is written instead. */
        LEFT_OUT("left out");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    static Beyond answered(int status) {
        return new Beyond(Kind.ANSWERED, Status.name(status));
    }

    static Beyond refused(RefusalCode code) {
        return new Beyond(Kind.REFUSED, code.name());
    }

    static Beyond closed(CloseReason reason) {
        return new Beyond(Kind.CLOSED, reason.name());
    }

    static Beyond notSent(String code) {
        return new Beyond(Kind.NOT_SENT, code);
    }

    static Beyond ignored() {
        return new Beyond(Kind.IGNORED, "");
    }

    static Beyond waits() {
        return new Beyond(Kind.WAITS, "");
    }

    static Beyond goesOn() {
        return new Beyond(Kind.GOES_ON, "");
    }

    static Beyond leftOut() {
        return new Beyond(Kind.LEFT_OUT, "");
    }

    @Override
    public String toString() {
        return name.isEmpty() ? kind.text : kind.text + ": " + name;
    }
}
