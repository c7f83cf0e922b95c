package io.needletail.replication;

/** Of one simulated shard: durable and atomic, as a consensus is; who is cut off from it sees what it saw, and changes nothing. */
final class SimMembership {
    private Configuration configuration;
    private final MemberCard[] cards = new MemberCard[LineLayout.MAX_MEMBERS];

    Configuration configuration() {
        return configuration;
    }

    /** As one member sees it. */
    View view() {
        return new View();
    }

    final class View implements Membership {
        private boolean isCutOff;
        private Configuration seen;
        private MemberCard[] seenCards = cards.clone();

        void cutOff(boolean isOff) {
            seen = configuration;
            seenCards = cards.clone();
            isCutOff = isOff;
        }

        @Override
        public Configuration configuration() {
            return isCutOff ? seen : configuration;
        }

        @Override
        public boolean compareAndSet(long expectedVersion, Configuration next) {
            long version = configuration == null ? -1 : configuration.version();
            if (isCutOff || version != expectedVersion) {
                return false;
            }
            assert next.version() > expectedVersion : next;
            configuration = next;
            return true;
        }

        @Override
        public MemberCard card(int member) {
            return isCutOff ? seenCards[member] : cards[member];
        }

        @Override
        public void publish(MemberCard card) {
            if (!isCutOff) {
                cards[card.member()] = card;
            }
        }
    }
}
