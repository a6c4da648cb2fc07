"""The paper's figures and claims, where they can be reproduced, and all of it to take along."""
