"""What every page stands in: navigation, sidebar, the scenario in force, the address."""
